using CsCheck;

namespace Redoubt.Console.Tests;

public class OutputTests
{
    [Fact]
    public void ASinglePartitionIsPassedThrough()
    {
        Desk desk = new("linux");
        desk.Screen.Lenient = true;
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        desk.Say("linux", all).Settle();
        Assert.Equal(all, desk.Sent);
    }

    [Fact]
    public void LinesBearAlignedNames() =>
        Assert.Equal(["a    | one", "linux| two", "a    |", "a    | three"],
            new Desk("a", "linux").Say("a", "one\n").Say("linux", "two\r\n").Say("a", "\r\n").Say("a", "three\n").Lines);

    [Fact]
    public void NamesAreColouredOneByOneAndStably()
    {
        Desk desk = new Desk("a", "b").Say("a", "x\n").Say("b", "y\n").Say("a", "z\n").Settle();
        Assert.Equal("\e[0;36ma| \e[0mx\r\n\e[0;33mb| \e[0my\r\n\e[0;36ma| \e[0mz\r\n", desk.Text);
    }

    [Fact]
    public void TheFocusedPartitionShowsAtOnce() => Assert.Equal(["a| login:"], new Desk("a", "b").Say("a", "login: ").Lines);

    [Fact]
    public void OthersShowByWholeLines()
    {
        Desk desk = new Desk("a", "b").Say("b", "half");
        Assert.Empty(desk.Lines);
        Assert.Equal(["b| half a line"], desk.Say("b", " a line\n").Lines);
    }

    [Fact]
    public void AnUnfinishedLineIsRepaintedBelowOthers()
    {
        Desk desk = new Desk("a", "b").Say("a", "\e[31m$ ls").Say("b", "one\ntwo\n");
        Assert.Equal(["b| one", "b| two", "a| $ ls"], desk.Lines);
        Assert.Equal(7, desk.Screen.Column);
        Assert.Equal(["b| one", "b| two", "a| $ ls -l"], desk.Say("a", " -l").Lines);
    }

    [Fact]
    public void TheCursorIsRepaintedWhereItWas()
    {
        Desk desk = new Desk("a", "b").Say("a", "$ abc\b\b").Say("b", "x\n").Settle();
        Assert.Equal(6, desk.Screen.Column);
        Assert.Equal(["b| x", "a| $ aXc"], desk.Say("a", "X").Lines);
    }

    [Theory]
    [InlineData("100%\r 7%", " 7%%")]
    [InlineData("one\r\r\ntwo", "one|two")]
    [InlineData("abc\b\bX", "aXc")]
    [InlineData("\b\b\babc", "abc")]
    [InlineData("abc\e[2D\e[K", "a")]
    [InlineData("abc\e[99DX", "Xbc")]
    [InlineData("abc\b\b\e[9CX", "abcX")]
    [InlineData("abc\b\b\e[CX", "abX")]
    [InlineData("abc\e[2Kx", "x")]
    [InlineData("abc\b\e[J", "ab")]
    [InlineData("abc\b\e[1K", "abc")]
    [InlineData("a\tb", "a       b")]
    [InlineData("12345678\tb", "12345678        b")]
    [InlineData("a\e[6nb\e[2Jc\e[10;10Hd\e[?25le", "cde")]
    [InlineData("a\e]0;title\ab\e]0;title\e\\c", "abc")]
    [InlineData("a\e]0;never ends\nb", "a|b")]
    [InlineData("a\e[31\nb", "a|b")]
    [InlineData("a\e(Bb\ecc", "abc")]
    [InlineData("bell\a null\0 delete\x7f vt\v ff\f so\x0e.", "bell null delete vt ff so.")]
    [InlineData("größer … 日本 🙂", "größer … 日本 🙂")]
    [InlineData("c1 \u009b31m \u0085.", "c1 ?31m ?.")]
    [InlineData("bidi \u202e\u2066.", "bidi ??.")]
    public void AFocusedLineBehavesLikeATerminals(string text, string shown)
    {
        string[] expected = [.. shown.Split('|').Select(line => $"a| {line}".TrimEnd())];
        Assert.Equal(expected, new Desk("a", "b").Say("a", text).Lines);
        // And the same when it is shown at its end only.
        Assert.Equal(expected, new Desk("b", "a").Say("a", text + "\n").Lines);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0xff, (byte)'b' }, "a?b")]
    [InlineData(new byte[] { 0xc0, 0x80 }, "??")]
    [InlineData(new byte[] { 0xe0, 0x80, 0x80 }, "?")]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 }, "?")]
    [InlineData(new byte[] { 0xf4, 0x90, 0x80, 0x80 }, "?")]
    [InlineData(new byte[] { 0xe2, 0x82, (byte)'x' }, "x")]
    public void BrokenUtf8IsShownAsQuestionMarks(byte[] bytes, string shown) => Assert.Equal([$"a| {shown}"], new Desk("a", "b").Say("a", bytes).Lines);

    [Theory]
    [InlineData("\e[1;31mx", "\e[0;1;31mx")]
    [InlineData("\e[1;2;3;4;7;97;107mx", "\e[0;1;2;3;4;7;97;107mx")]
    [InlineData("\e[1;4mx\e[22;24my", "\e[0;1;4mx\e[0my")]
    [InlineData("\e[32;44mx\e[39my\e[49mz", "\e[0;32;44mx\e[0;44my\e[0mz")]
    [InlineData("\e[38;5;196;1mx", "\e[0;1mx")]
    [InlineData("\e[38;2;1;2;3;4mx", "\e[0;4mx")]
    [InlineData("\e[31mx\e[my", "\e[0;31mx\e[0my")]
    [InlineData("\e[8;5mx", "x")]
    public void ColoursPass(string text, string sent) =>
        Assert.EndsWith("a| \e[0m" + sent, new Desk("a", "b").Say("a", text).Settle().Text);

    [Fact]
    public void AnOverlongLineGoesOnInAnother()
    {
        string[] expected = ["a| " + new string('x', Line.Width), "a| " + new string('x', 44)];
        Assert.Equal(expected, new Desk("a", "b").Say("a", new string('x', 300)).Lines);
        Assert.Equal(expected, new Desk("b", "a").Say("a", new string('x', 300) + "\n").Lines);
    }

    [Fact]
    public void FlushShowsAllUnfinishedLines()
    {
        Desk desk = new Desk("a", "b", "c").Say("c", "tail c").Say("a", "tail a").Say("b", "tail b").Flush();
        Assert.Equal(["a| tail a", "b| tail b", "c| tail c"], desk.Lines);
    }

    // A terminal that takes nothing stops the flood, in the middle of no line, and loses none of it.
    [Fact]
    public void AFullTerminalHoldsOutputBack()
    {
        Desk desk = new("a", "b");
        byte[] flood = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i % 50 == 49 ? '\n' : '0' + i % 10))];
        int taken = 0;
        while (taken < flood.Length)
        {
            int more = desk.SayBlocked("b", flood[taken..]);
            Assert.True(more > 0);
            Assert.False(more < flood.Length - taken && desk.Ready);
            taken += more;
            desk.Settle();
        }
        Assert.Equal(2000, desk.Lines.Length);
        Assert.All(desk.Lines, line => Assert.Equal("b| " + string.Concat(Enumerable.Range(0, 49).Select(i => i % 10)), line));
    }

    // The most that a byte can cost: a line of changing colours, repainted with another such line.
    [Fact]
    public void TheMostColourfulLinesFit()
    {
        string line = string.Concat(Enumerable.Range(0, Line.Width).Select(i => $"\e[0;1;2;3;4;7;9{i % 8};10{i % 7}m🙂"));
        Desk desk = new Desk("a", "b").Say("a", line);
        for (int i = 0; i < 5; i++)
            desk.Say("b", line + "\n");
        string shown = string.Concat(Enumerable.Repeat("🙂", Line.Width));
        Assert.Equal([.. Enumerable.Repeat("b| " + shown, 5), "a| " + shown], desk.Lines);
    }

    // Whatever partitions say, in whatever order and with whatever focus: each line on the screen is one partition's or the
    // console's, the terminal gets no sequence but the console's own (Screen checks), and nothing of honest text is lost.
    [Fact]
    public void NoInterleavingMixesLines()
    {
        const string Special = "\e[]m;\r\n\b\tKJCD0123456789?!";
        Gen<byte> hostile = Gen.OneOf(Gen.Byte, Gen.Int[0, Special.Length - 1].Select(i => (byte)Special[i]));
        Gen<(int Who, byte[] What)> speech = Gen.Select(Gen.Int[0, 2], hostile.Array[0, 40]);
        speech.Array[0, 60].Sample(script =>
        {
            Desk desk = new("a", "bb", "honest");
            int said = 0;
            foreach ((int who, byte[] what) in script)
            {
                if (who == 2)
                    desk.Say("honest", $"message {said++}\n");
                else
                    desk.Say(who == 0 ? "a" : "bb", what);
                if (what.Length % 7 == 6)
                    desk.Type("\u001dn");
            }
            string[] lines = desk.Flush().Lines;
            Assert.All(lines, line => Assert.True(line.StartsWith("a     |") || line.StartsWith("bb    |") || line.StartsWith("honest|") || line.StartsWith("--- ")));
            Assert.Equal([.. Enumerable.Range(0, said).Select(i => $"honest| message {i}")], lines.Where(line => line.StartsWith("honest| m")));
        }, iter: 3000);
    }
}
