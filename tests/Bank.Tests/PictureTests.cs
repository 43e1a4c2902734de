using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Redoubt.Bank.Tests.Simulation;
using Redoubt.Tests;

namespace Redoubt.Bank.Tests;

/// <summary>
/// The clerk's pages in the documentation. Browsers paint the same page not quite alike, so each picture says which page it is of, and that is compared:
/// when documents are written, Chromium paints them anew.
/// </summary>
public sealed partial class PictureTests
{
    // Whose picture, and how high: all of the page is to be seen.
    private static readonly (string Path, string Name, int Height)[] s_pages = [("/", "authorisations", 1040), ("/customers", "customers", 690), ("/devices", "devices", 600), ("/log", "log", 1180)];

    [Fact]
    public async Task The_pictures_are_of_the_pages_as_they_are()
    {
        await using TestBank bank = await TestBank.Start();
        using Story story = new(bank);
        using HttpClient clerk = await ClerkTests.Open(bank);
        string style = await clerk.GetStringAsync("/clerk.css", TestContext.Current.CancellationToken);
        foreach ((string path, string name, int height) in s_pages)
        {
            string page = story.Retell(await clerk.GetStringAsync(path, TestContext.Current.CancellationToken));
            Assert.Matches(StyleLink(), page);
            page = StyleLink().Replace(page, $"<style>{style}</style>");
            string picture = Path.Combine(Folder, name + ".png");
            if (Documents.AreWritten)
                Paint(page, height, picture);
            Assert.True(File.Exists(picture), $"{picture} is missing");
            Assert.True(File.ReadAllBytes(picture).AsSpan().IndexOf(PngText.Chunk(PageKey, Hash(page))) >= 0, $"{picture} is out of date");
        }
    }

    private const string PageKey = "Page";

    private static string Hash(string page) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(page)));

    private static void Paint(string page, int height, string picture)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("redoubt-page-");
        try
        {
            string file = Path.Combine(folder.FullName, "page.html"), painted = Path.Combine(folder.FullName, "page.png");
            File.WriteAllText(file, page);
            ProcessStartInfo start = new("chromium") { RedirectStandardError = true };
            string[] options =
            [
                // No sandbox: root can't have one, and nothing but this page is opened.
                "headless", "no-sandbox", "disable-gpu", "hide-scrollbars", $"user-data-dir={folder.FullName}/profile", $"window-size=1280,{height}", $"screenshot={painted}",
                // Not before all is painted.
                "run-all-compositor-stages-before-draw", "virtual-time-budget=1000",
            ];
            foreach (string option in options)
                start.ArgumentList.Add("--" + option);
            start.ArgumentList.Add(new Uri(file).AbsoluteUri);
            using Process browser = Process.Start(start)!;
            string said = browser.StandardError.ReadToEnd();
            browser.WaitForExit();
            Assert.True(browser.ExitCode == 0, said);
            Directory.CreateDirectory(Folder);
            File.WriteAllBytes(picture, PngText.Add(File.ReadAllBytes(painted), PageKey, Hash(page)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Folder => Documents.PathOf("images", "bank");

    [GeneratedRegex("<link rel=\"stylesheet\"[^>]*>")]
    private static partial Regex StyleLink();
}
