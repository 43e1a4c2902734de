using System.Text;
using System.Text.RegularExpressions;
using Redoubt.Tool;
using Xunit;

namespace Redoubt.Systems;

/// <summary>The console between a terminal and partitions that do what they want (tests/programs/Talk).</summary>
public sealed class ConsoleTests
{
    private const string EscapeKey = "\u001d";

    private static Machine Boot()
    {
        Machine machine = Machine.Boot(Path.Combine(Workspace.Root, "tests/descriptions/talk.toml"));
        // The machine goes off when all that ever reported have stopped: nobody stops before all have.
        foreach (char name in "abc")
            Expect(machine, $"^{name}\\| ready$");
        Expect(machine, @"^a\| \$ ");
        return machine;
    }

    // Anywhere: an unfinished line may go, and come again below others.
    private static void Expect(Machine machine, string pattern) => machine.ExpectFrom(0, pattern);

    private static void Focus(Machine machine, int key)
    {
        machine.Type(EscapeKey + key);
        Expect(machine, $"^--- focus on {(char)('a' + key - 1)} ");
    }

    [Fact]
    public void AFloodHidesNobodyAndLosesNothing()
    {
        using Machine machine = Boot();
        Focus(machine, 2);
        machine.Type("F");
        Expect(machine, "^b\\| flood 500$");
        Focus(machine, 1);
        machine.Type("hello\r");
        Expect(machine, "^a\\| \\$ hello$");
        Focus(machine, 2);
        machine.Type("FO");
        Expect(machine, "^--- b is off$");
        IEnumerable<int> numbers = Regex.Matches(machine.Text, "^b\\| (?:\\$ )?flood ([0-9]+)$", RegexOptions.Multiline).Select(match => int.Parse(match.Groups[1].Value));
        Assert.Equal(Enumerable.Range(0, numbers.Count()), numbers);
    }

    [Fact]
    public void PastedTextArrivesWhole()
    {
        const int Lines = 1000;
        using Machine machine = Boot();
        StringBuilder pasted = new();
        for (int i = 0; i < Lines; i++)
            pasted.Append($"line {i}\r");
        machine.Type(pasted.ToString());
        Expect(machine, $"^a\\| \\$ line {Lines - 1}$");
        IEnumerable<int> numbers = Regex.Matches(machine.Text, "^a\\| \\$ line ([0-9]+)$", RegexOptions.Multiline).Select(match => int.Parse(match.Groups[1].Value));
        Assert.Equal(Enumerable.Range(0, Lines), numbers);
    }

    [Fact]
    public void OneThatReadsNothingLeavesTheKeyboardToOthers()
    {
        using Machine machine = Boot();
        machine.Type("S" + new string('x', 10_000));
        Focus(machine, 2);
        machine.Type("still here");
        Expect(machine, "^b\\| \\$ still here");
    }

    [Fact]
    public void TheMachineGoesOffWhenAllHaveStopped()
    {
        using Machine machine = Boot();
        machine.Type("O");
        Expect(machine, "^--- a is off$");
        Focus(machine, 2);
        machine.Type("C");
        Expect(machine, "^--- b has crashed$");
        machine.Type(EscapeKey + "l");
        Expect(machine, "^--- 2 \\* b  crashed$");
        Expect(machine, "^--- 3   c  running$");
        Focus(machine, 3);
        machine.Type("O");
        Expect(machine, "^--- all guests have stopped$");
        machine.ExpectOff();
    }

    [Fact]
    public void AKeyTurnsTheMachineOff()
    {
        using Machine machine = Boot();
        machine.Type(EscapeKey + "q");
        machine.ExpectOff();
    }
}
