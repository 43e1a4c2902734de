using System.Globalization;
using System.Text.RegularExpressions;
using Redoubt.Tool;
using Xunit;
using static Redoubt.Systems.Quitters;

namespace Redoubt.Systems;

/// <summary>Guests that crash or turn themselves off (tests/programs/Quitter), and start again as their description or the console says.</summary>
public sealed class RestartTests
{
    private static Machine Boot()
    {
        Machine machine = Machine.Boot(Path.Combine(Workspace.Root, "tests/descriptions/restart.toml"));
        AwaitAll(machine);
        return machine;
    }

    private static int Ups(Machine machine, int guest) => Regex.Count(machine.Text, Head(guest) + "up$", RegexOptions.Multiline);

    private static long Parse(Group number) => long.Parse(number.Value, CultureInfo.InvariantCulture);

    [Fact]
    public void EachStartsAgainAsItsDescriptionSays()
    {
        using Machine machine = Boot();
        int from = machine.Mark;
        Type(machine, Crash, "p");
        machine.ExpectFrom(from, Head(Crash) + @"\*\*\* crash crashed: it accessed a device with an instruction that can't be emulated$");
        machine.ExpectFrom(from, Head(Crash) + @"\*\*\* crash starts again, start 2");
        machine.ExpectFrom(from, Head(Crash) + "up$");

        from = machine.Mark;
        Type(machine, Always, "j");
        machine.ExpectFrom(from, Head(Always) + @"\*\*\* always crashed: it ran code outside its memory$");
        machine.ExpectFrom(from, Head(Always) + "up$");
        from = machine.Mark;
        Type(machine, Always, "o");
        machine.ExpectFrom(from, Head(Always) + @"\*\*\* always starts again, start 3");
        machine.ExpectFrom(from, Head(Always) + "up$");

        from = machine.Mark;
        Type(machine, Crash, "o");
        machine.ExpectFrom(from, "^--- crash is off$");
        Type(machine, Never, "p");
        machine.ExpectFrom(from, "^--- never has crashed$");

        // A reset is no end: it starts again at once, whatever the description says.
        Type(machine, Always, EscapeKey + "d");
        machine.ExpectFrom(from, "^--- always is stopped");
        Type(machine, Never, EscapeKey + "u");
        machine.ExpectFrom(from, Head(Never) + "up$");
        from = machine.Mark;
        Type(machine, Never, "r");
        machine.ExpectFrom(from, Head(Never) + "up$");
        Assert.DoesNotMatch(@"never *\| .*starts again", machine.Text);
        Assert.True(machine.IsOn);
    }

    [Fact]
    public void TheConsoleStopsStartsAndRestarts()
    {
        using Machine machine = Boot();
        int from = machine.Mark;
        Type(machine, Always, EscapeKey + "d");
        machine.ExpectFrom(from, @"^--- always is stopped \(Ctrl-\] u starts it\)$");
        machine.Type(EscapeKey + "l");
        machine.ExpectFrom(from, @"^--- 3 \* always  stopped$");
        // It stays so: what happens elsewhere takes longer than its restart would.
        Type(machine, Crash, "p");
        machine.ExpectFrom(from, Head(Crash) + "up$");
        Type(machine, Crash, "p");
        Match third = machine.ExpectFrom(from, Head(Crash) + @"\*\*\* crash starts again, start 3");
        machine.ExpectFrom(third.Index, Head(Crash) + "up$");
        Assert.Equal(1, Ups(machine, Always));

        Type(machine, Always, EscapeKey + "u");
        machine.ExpectFrom(from, Head(Always) + "up$");
        from = machine.Mark;
        Type(machine, Always, EscapeKey + "r");
        machine.ExpectFrom(from, Head(Always) + "up$");
        Type(machine, Crash, EscapeKey + "p");
        machine.ExpectFrom(from, "^--- last crash of crash$");
        machine.ExpectFrom(from, Head(Crash) + "start 2 vCPU 0 syndrome");

        from = machine.Mark;
        Type(machine, Never, EscapeKey + "d");
        machine.ExpectFrom(from, "^--- never is stopped");
        machine.Type(EscapeKey + "q");
        machine.ExpectOff();
    }

    [Fact]
    public void OneThatCrashesAtOnceDisturbsNobodyAndFloodsNothing()
    {
        const int Crashes = 10;
        using Machine machine = Boot();
        List<(long Ticks, long Faults)> accounts = [];
        for (int i = 0; i < Crashes; i++)
        {
            int from = machine.Mark;
            Type(machine, Crash, "p");
            Match again = machine.ExpectFrom(from, $"{Head(Crash)}\\*\\*\\* crash starts again, start {i + 2}: one second after the last, since it ended so soon$");
            machine.ExpectFrom(again.Index, Head(Crash) + "up$");
            Match account = machine.ExpectFrom(from, Head(Crash) + "in all its time: ticks ([0-9]+) calls [0-9]+ faults ([0-9]+) ");
            accounts.Add((Parse(account.Groups[1]), Parse(account.Groups[2])));
        }

        // Its lives are alike, and the kernel counts them so: each has taken a little time, and as many faults as accesses to its devices
        // (three to set up, four to write, some looks for a key, the key, and the last).
        Assert.All(accounts.Zip(accounts.Skip(1)), pair =>
        {
            Assert.True(pair.First.Ticks < pair.Second.Ticks);
            Assert.InRange(pair.Second.Faults - pair.First.Faults, 10, 30);
        });
        Assert.Equal((1, 1), (Ups(machine, Never), Ups(machine, Always)));
        foreach (int guest in (int[])[Never, Always])
        {
            int from = machine.Mark;
            Type(machine, guest, "r");
            machine.ExpectFrom(from, Head(guest) + "up$");
        }
    }
}
