using System.CommandLine;
using Redoubt.Tool.Testing;

namespace Redoubt.Tool.Commands;

/// <summary><c>redoubt test</c>: runs all tests.</summary>
public static class TestCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        Option<string?> only = new("--only") { HelpName = "NAME", Description = "only tests whose full name contains NAME" };
        Option<string?> json = JsonOutput.Create();
        Command command = new("test", "Run all tests: hosted ones, and systems booted in QEMU") { only, json };
        command.SetAction(result =>
        {
            TestTotals totals = TestRun.RunAll(result.GetValue(only));
            JsonOutput.Write(result.GetValue(json), totals);
            Console.WriteLine($"{totals.Passed} passed, {totals.Failed} failed, {totals.Skipped} skipped");
            return totals.Failed == 0 && totals.Passed > 0 ? 0 : 1;
        });
        return command;
    }
}
