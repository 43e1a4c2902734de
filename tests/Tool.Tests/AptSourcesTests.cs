using Redoubt.Tool.Debian;

namespace Redoubt.Tool.Tests;

public sealed class AptSourcesTests
{
    private static string Read(params (string Name, string Content)[] files)
    {
        using TemporaryFolder folder = new();
        foreach ((string name, string content) in files)
            folder.Write(name, content);
        return AptSources.Read(folder.Path);
    }

    [Fact]
    public void KeepsKeysAndDropsArchitecturesOfStanzas()
    {
        string sources = Read(("sources.list.d/debian.sources", """
            # made by hand
            Types: deb deb-src
            URIs: http://mirror.example/debian
            Suites: bookworm bookworm-updates
            Components: main contrib
            Architectures: amd64
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

            Types: deb
            URIs: http://mirror.example/debian-security
            Suites: bookworm-security
            Components: main
            """));
        Assert.Contains("URIs: http://mirror.example/debian\n", sources);
        Assert.Contains("Suites: bookworm bookworm-updates\n", sources);
        Assert.Contains("Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n", sources);
        Assert.Contains("bookworm-security", sources);
        Assert.DoesNotContain("amd64", sources);
        Assert.DoesNotContain("deb-src", sources);
    }

    [Fact]
    public void KeepsAKeyThatStandsInTheFile()
    {
        string sources = Read(("sources.list.d/d.sources",
            "Types: deb\nURIs: http://mirror.example/debian/\nSuites: sid\nComponents: main\nSigned-By:\n -----BEGIN\n .\n abc\n -----END\n"));
        Assert.Contains("Signed-By: \n -----BEGIN\n .\n abc\n -----END\n", sources);
    }

    [Fact]
    public void ReadsTheOneLineForm()
    {
        string sources = Read(("sources.list", """
            # deb http://mirror.example/debian bullseye main
            deb [arch=amd64,arm64 signed-by=/etc/keys/k.gpg] http://mirror.example/debian bookworm main non-free # a note
            deb-src http://mirror.example/debian bookworm main
            deb cdrom:[Debian GNU/Linux]/ bookworm main
            """));
        Assert.Contains("Signed-By: /etc/keys/k.gpg\n", sources);
        Assert.Contains("Components: main non-free\n", sources);
        Assert.DoesNotContain("arm64", sources);
        Assert.DoesNotContain("cdrom", sources);
        Assert.DoesNotContain("bullseye", sources);
        Assert.Single(sources.Split('\n'), line => line.StartsWith("Types:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("deb http://packages.example/apt tool main\n")]
    [InlineData("deb http://mirror.example/debian bookworm contrib\n")]
    [InlineData("deb\n")]
    [InlineData("deb [arch=amd64 http://mirror.example/debian bookworm main\n")]
    [InlineData("")]
    public void LeavesOutWhatDoesNotServeDebian(string line)
    {
        Assert.Equal("", Read(("sources.list", line)));
    }

    [Fact]
    public void LeavesOutWhatIsOff()
    {
        Assert.Equal("", Read(("sources.list.d/d.sources", "Enabled: no\nTypes: deb\nURIs: http://m.example/debian\nSuites: sid\nComponents: main\n")));
        Assert.Equal("", Read(("sources.list.d/d.sources.disabled", "Types: deb\nURIs: http://m.example/debian\nSuites: sid\nComponents: main\n")));
    }

    [Fact]
    public void AFolderThatIsMissingHasNoSources()
    {
        Assert.Equal("", AptSources.Read("/nowhere"));
    }
}
