using Redoubt.Abi;

namespace Redoubt.Console.Tests;

public class KeyTests
{
    [Fact]
    public void KeysGoToTheFocusedPartition()
    {
        Desk desk = new Desk("a", "b").Type("one").Type("\u001d2").Type("two\r\x03").Type("\u001d1").Type("three");
        Assert.Equal("onethree", desk.Typed("a"));
        Assert.Equal("two\r\x03", desk.Typed("b"));
    }

    [Fact]
    public void TheEscapeKeyTwiceIsSentOnce() => Assert.Equal("x\u001dy", Typed(new Desk("a", "b").Type("x\u001d\u001dy"), "a"));

    [Fact]
    public void NextGoesRound()
    {
        Desk desk = new("a", "b", "c");
        List<int> focus = [];
        for (int i = 0; i < 4; i++)
            focus.Add(desk.Type("\u001dn").Focus);
        Assert.Equal([1, 2, 0, 1], focus);
    }

    [Fact]
    public void ChangingTheFocusShowsTheOtherUnfinishedLine()
    {
        Desk desk = new Desk("a", "b").Say("a", "a$ ").Say("b", "b$ ").Type("\u001dn");
        Assert.Equal(["--- focus on b (Ctrl-] ? for help)", "b| b$"], desk.Lines);
        Assert.Equal(6, desk.Screen.Column);
        Assert.Equal(["--- focus on b (Ctrl-] ? for help)", "a| a$ done", "b| b$"], desk.Say("a", "done\n").Lines);
    }

    [Fact]
    public void ListShowsFocusAndStates()
    {
        Desk desk = new("bare", "linux", "work", "odd", "lives", "held");
        desk.Type("\u001d2").Settle();
        desk.Report("linux", GuestReport.Running).Report("work", GuestReport.Crashed).Report("odd", GuestReport.Off);
        desk.Report("lives", GuestReport.Restarting).Report("held", GuestReport.Stopped);
        int before = desk.Lines.Length;
        desk.Say("linux", "$ ").Type("\u001dl");
        string[] states = ["--- 1   bare   -", "--- 2 * linux  running", "--- 3   work   crashed", "--- 4   odd    off", "--- 5   lives  starts again", "--- 6   held   stopped"];
        Assert.Equal([.. states, "linux| $"], desk.Lines[before..]);
    }

    [Theory]
    [InlineData("?")]
    [InlineData("x")]
    [InlineData("9")]
    [InlineData("0")]
    [InlineData("\r")]
    public void UnknownKeysGiveHelp(string key)
    {
        Desk desk = new Desk("a", "b").Type("\u001d" + key);
        Assert.Equal(10, desk.Lines.Length);
        Assert.Contains("--- q       turn the machine off", desk.Lines);
        Assert.Equal("", desk.Typed("a"));
        Assert.Equal("x", Typed(desk.Type("x"), "a"));
    }

    [Theory]
    [InlineData("u", GuestCommand.Start, "--- start linux")]
    [InlineData("d", GuestCommand.Stop, "--- stop linux")]
    [InlineData("r", GuestCommand.Restart, "--- restart linux")]
    [InlineData("p", GuestCommand.Show, "--- last crash of linux")]
    public void GuestsAreStartedAndStopped(string key, ulong command, string notice)
    {
        Desk desk = new(["a", "linux"], ["linux"]);
        Assert.Equal(0UL, desk.Command("linux"));
        Assert.Equal([notice], desk.Type("\u001d" + key).Lines);
        ulong first = desk.Command("linux"), second = desk.Type("\u001d" + key).Command("linux");
        Assert.NotEqual(first, second);
        Assert.Equal((command, command), (GuestCommand.Command(first), GuestCommand.Command(second)));
        Assert.Equal((0UL, ""), (desk.Command("a"), desk.Typed("linux")));
    }

    [Fact]
    public void WhatHasNoMonitorTakesNoCommands()
    {
        Desk desk = new Desk("a", "b").Type("\u001dd");
        Assert.Equal(["--- a has no monitor, which alone could do that"], desk.Lines);
        Assert.Equal((0UL, 0UL), (desk.Command("a"), desk.Command("b")));
    }

    [Fact]
    public void QuitTurnsTheMachineOff()
    {
        Desk desk = new Desk("a", "b").Type("\u001dq");
        Assert.True(desk.Finished);
        Assert.Equal(["--- power off"], desk.Lines);
    }

    [Fact]
    public void WithoutColoursTheTerminalGetsPlainText()
    {
        Desk desk = new Desk("a", "b").Type("\u001dc").Settle();
        int before = desk.Sent.Count;
        desk.Say("a", "\e[31mred\e[K").Say("b", "line\n").Say("a", "\b\b\e[K").Settle();
        Assert.DoesNotContain((byte)0x1b, desk.Sent.Skip(before));
        Assert.Equal(["--- colours off", "a| red", "b| line", "a| r"], desk.Lines);
        Assert.Contains("--- colours on", desk.Type("\u001dc").Lines);
    }

    [Fact]
    public void ZoomGivesTheTerminalToOne()
    {
        Desk desk = new Desk("a", "b").Say("a", "$ vi").Settle();
        desk.Type("\u001dz").Settle();
        Assert.EndsWith("--- only a (Ctrl-] z for all)\e[0m\r\n$ vi", desk.Text);
        desk.Screen.Lenient = true;
        int before = desk.Sent.Count;
        byte[] raw = [.. "\e[2J\e[10;10Hx\xff"u8, 0x9b, 0xff, (byte)'\n'];
        desk.Say("a", raw[..5]).Say("b", "kept 1\nkept 2\nun").Say("a", raw[5..]).Settle();
        Assert.Equal(raw, desk.Sent.Skip(before));

        desk.Screen.Lenient = false;
        before = desk.Lines.Length;
        desk.Type("\u001dz").Say("b", "finished\n");
        Assert.Equal(["--- all partitions", "b| kept 1", "b| kept 2", "b| unfinished"], desk.Lines[^4..]);
        Assert.Equal(["b| unfinished", "a| $"], desk.Say("a", "$ ").Lines[^2..]);
    }

    [Fact]
    public void APromptIsShownAgainAfterZoom()
    {
        Desk desk = new Desk("a", "b").Say("a", "$ ").Type("\u001dz").Say("a", "ls\r\nfile\r\n$ ").Type("\u001dz");
        Assert.Equal(["--- all partitions", "a| $"], desk.Lines[^2..]);
        Assert.Equal("a| $ ls", desk.Say("a", "ls").Lines[^1]);
    }

    [Fact]
    public void ALongZoomKeepsTheLastLines()
    {
        Desk desk = new Desk("a", "b").Type("\u001dz");
        for (int i = 0; i < 5000; i++)
            desk.Say("b", $"line {i}\n");
        string[] lines = desk.Type("\u001dz").Lines;
        int at = Array.FindIndex(lines, line => line.StartsWith("--- b: lines lost: "));
        int lost = int.Parse(lines[at].Split(' ')[^1]);
        Assert.InRange(lost, 4000, 4999);
        Assert.Equal([.. Enumerable.Range(lost, 5000 - lost).Select(i => $"b| line {i}")], lines[(at + 1)..]);
    }

    [Fact]
    public void ChangingTheFocusEndsZoom()
    {
        Desk desk = new Desk("a", "b").Type("\u001dz").Settle();
        desk.Say("b", "kept\n").Type("\u001dn").Settle();
        Assert.Equal(1, desk.Focus);
        Assert.Contains("b| kept", desk.Lines);
        Assert.Equal("b| now live", desk.Say("b", "now \e[31mlive").Lines[^1]);
    }

    [Fact]
    public void ASinglePartitionNeedsNoZoom()
    {
        Desk desk = new Desk("linux").Say("linux", "$ ").Type("\u001dz");
        Assert.Equal(["$", "--- a single partition always has the terminal to itself"], desk.Lines);
        Assert.Equal("", desk.Typed("linux"));
    }

    [Fact]
    public void InputThatNobodyReadsIsDroppedButCommandsWork()
    {
        Desk desk = new Desk("a", "b").Type(new string('x', 1024));
        Assert.True(desk.InputIsFull);
        desk.Type("yyy\u001dn");
        Assert.Equal(1, desk.Focus);
        Assert.False(desk.InputIsFull);
        Assert.Equal(new string('x', 1024), desk.Typed("a"));
    }

    private static string Typed(Desk desk, string name) => desk.Typed(name);
}
