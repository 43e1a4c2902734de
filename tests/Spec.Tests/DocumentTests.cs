namespace Redoubt.Spec.Tests;

/// <summary>The document is what the code says.</summary>
public class DocumentTests
{
    private const string Update = "REDOUBT_WRITE_DOCUMENTS";

    [Fact]
    public void TheDocumentIsUpToDate()
    {
        string file = Path.Combine(Root(), "docs", "specification.md");
        if (Environment.GetEnvironmentVariable(Update) is not null)
            File.WriteAllText(file, Document.Write());
        Assert.True(File.Exists(file) && File.ReadAllText(file) == Document.Write(), $"docs/specification.md is not up to date: run this test with {Update}=1");
    }

    /// <summary>The folder of the repository.</summary>
    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "global.json")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not run in the repository");
        return folder;
    }
}
