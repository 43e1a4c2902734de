namespace Redoubt.Systems;

/// <summary>The guests of tests/descriptions/restart.toml, which do as keys tell them (tests/programs/Quitter).</summary>
internal static class Quitters
{
    /// <summary>The key that the console keeps for itself.</summary>
    public const string EscapeKey = "\u001d";

    /// <summary>The guests, each by the digit that gives it the keyboard; they are named after when they start again by themselves.</summary>
    public const int Never = 1, Crash = 2, Always = 3;

    private static readonly string[] s_names = ["never", "crash", "always"];

    /// <summary>Name of a guest.</summary>
    public static string Name(int guest) => s_names[guest - 1];

    /// <summary>How its lines begin.</summary>
    public static string Head(int guest) => $"^{Name(guest)} *\\| ";

    /// <summary>Waits until all are up.</summary>
    public static void AwaitAll(Machine machine)
    {
        foreach (int guest in (int[])[Never, Crash, Always])
            machine.ExpectFrom(0, Head(guest) + "up$");
    }

    /// <summary>Gives a guest the keyboard and types.</summary>
    public static void Type(Machine machine, int guest, string keys)
    {
        int from = machine.Mark;
        machine.Type(EscapeKey + guest);
        machine.ExpectFrom(from, $"^--- focus on {Name(guest)} ");
        machine.Type(keys);
    }
}
