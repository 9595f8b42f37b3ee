// The Java side of jni: a class that boxes what crosses, so that one operation is one call.

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

public final class Peer {
    static long one() { return 1; }

    static long add(long a, long b) { return a + b; }

    static void putNumber(HashMap<Long, Long> map, long key, long elem) { map.put(key, elem); }

    static long getNumber(HashMap<Long, Long> map, long key) {
        Long elem = map.get(key);
        return elem == null ? 0 : elem;
    }

    static void putString(HashMap<String, Long> map, String key, long elem) { map.put(key, elem); }

    static long getString(HashMap<String, Long> map, String key) {
        Long elem = map.get(key);
        return elem == null ? 0 : elem;
    }

    static void count(HashMap<String, Long> map, String word) { map.merge(word, 1L, Long::sum); }

    // Fills the arrays with the next entries and gives how many there were.
    static int fill(Iterator<Map.Entry<Long, Long>> at, long[] keys, long[] elems) {
        int n = 0;
        for (; n < keys.length && at.hasNext(); n++) {
            Map.Entry<Long, Long> entry = at.next();
            keys[n] = entry.getKey();
            elems[n] = entry.getValue();
        }
        return n;
    }
}
