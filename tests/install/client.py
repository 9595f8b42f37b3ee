import embed
import gobridge

upper: str = embed.strings.ToUpper("go")
number: int = embed.strconv.Atoi("12")
cut: tuple[str, str, bool] = embed.strings.Cut("a=b", "=")
try:
    embed.strconv.Atoi("x")
except gobridge.GoError as error:
    print(upper, number, cut[0], f"{cut[1]}: {error}")
