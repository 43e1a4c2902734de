namespace Redoubt.Tests;

/// <summary>
/// Documents and pictures that tests compare with what the code says and shows. <c>REDOUBT_WRITE_DOCUMENTS=1</c> has the tests write them anew. A part of each
/// test project that has any.
/// </summary>
internal static class Documents
{
    private const string Variable = "REDOUBT_WRITE_DOCUMENTS";

    /// <summary>Whether they are to be written anew.</summary>
    public static bool AreWritten { get; } = Environment.GetEnvironmentVariable(Variable) is not null;

    /// <summary>Path of a file or folder below <c>docs</c>.</summary>
    public static string PathOf(params string[] names) => Path.Combine([Root(), "docs", .. names]);

    /// <summary>Fails if a document does not say what the code says, or writes it.</summary>
    /// <param name="name">Its name in <c>docs</c>.</param>
    /// <param name="text">What the code says.</param>
    public static void AssertIsUpToDate(string name, string text)
    {
        string file = PathOf(name);
        if (AreWritten)
            File.WriteAllText(file, text);
        Xunit.Assert.True(File.Exists(file) && File.ReadAllText(file) == text, $"docs/{name} is not up to date: run this test with {Variable}=1");
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "global.json")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"no repository above {AppContext.BaseDirectory}");
        return folder;
    }
}
