using Spectre.Console;

namespace Redoubt.Tool;

/// <summary>Tells on standard error what goes on: one line that changes on a terminal, nothing elsewhere.</summary>
public static class Progress
{
    private static readonly IAnsiConsole s_console = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Console.Error),
        Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        Interactive = Console.IsErrorRedirected ? InteractionSupport.No : InteractionSupport.Detect,
    });

    /// <summary>Does <paramref name="work"/>, which may report what it is at.</summary>
    public static T Show<T>(string title, Func<Action<string>, T> work)
    {
        if (Console.IsErrorRedirected)
            return work(_ => { });
        return s_console.Status().Start(Markup.Escape(title), context => work(line => context.Status(Markup.Escape(line))));
    }
}
