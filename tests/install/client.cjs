const { strings, strconv } = require('embed');

const [a, b] = strings.Cut('a=b', '=');
try {
  strconv.Atoi('x');
} catch (error) {
  console.log(`${strings.ToUpper('go')} ${strconv.Atoi('12')} ${a} ${b}: ${error.message}`);
}
