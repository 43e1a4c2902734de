using Redoubt.Tool;
using Redoubt.Tool.Debian;
using Xunit;

namespace Redoubt.Systems;

/// <summary>The command <c>run</c>, as a user's script would call it.</summary>
public sealed class RunCommandTests
{
    private static Subprocess.Result Redoubt(params string[] arguments)
    {
        return Subprocess.Run("dotnet", [Path.Combine(Workspace.Artifacts, "bin/Redoubt.Tool/release/redoubt.dll"), .. arguments], Workspace.Root);
    }

    [Fact]
    public void StopsWithStatus0WhenTheTextAppears()
    {
        Subprocess.Result result = Redoubt("run", "linux", "--headless", "--until", GuestInitramfs.Ready, "--timeout", "120");
        Assert.Equal(0, result.Status);
        Assert.Contains(GuestInitramfs.Ready, result.Output);
    }

    [Fact]
    public void StopsWithStatus1WhenTheTextDoesNotAppear()
    {
        Subprocess.Result result = Redoubt("run", "linux", "--headless", "--until", "never said", "--timeout", "3");
        Assert.Equal(1, result.Status);
        Assert.Contains("\"never said\" did not appear within 3 s", result.Error);
    }

    [Fact]
    public void ADiskThatIsNotThereIsMadeOfTheSystemsOwnAndKeepsWhatIsWritten()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("redoubt-disk-");
        try
        {
            string pristine = Machine.Build("debian").PristineDisk()!, disk = Path.Combine(folder.FullName, "disk");
            Subprocess.Result result = Redoubt("run", "debian", "--disk", disk, "--headless", "--timeout", "600", "--until", "EXT4-fs (vda): re-mounted");
            Assert.Equal("", result.Error);
            Assert.Equal(0, result.Status);
            Assert.Equal(new FileInfo(pristine).Length, new FileInfo(disk).Length);
            Subprocess.Result different = Subprocess.Run("cmp", [pristine, disk]);
            Assert.Contains(" differ: ", different.Output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("there is no system \"nowhere\"", "run", "nowhere")]
    [InlineData("--cpus", "run", "linux", "--cpus", "9")]
    [InlineData("--timeout", "run", "linux", "--timeout", "0")]
    [InlineData("--screenshot x.png: the system has no display", "run", "linux", "--headless", "--timeout", "1", "--screenshot", "x.png")]
    [InlineData("--memory 1", "run", "linux", "--memory", "1")]
    [InlineData("--disk d: no partition of linux has PCI Express", "run", "linux", "--disk", "d")]
    [InlineData("--disk /nowhere/d: there is no such file", "run", "tests/descriptions/devices.toml", "--disk", "/nowhere/d")]
    [InlineData("there is no system \"nowhere\"", "image", "nowhere", "-o", "/dev/null")]
    public void SaysWhatIsWrong(string message, params string[] arguments)
    {
        Subprocess.Result result = Redoubt(arguments);
        Assert.NotEqual(0, result.Status);
        Assert.Contains(message, result.Error);
        Assert.DoesNotContain("   at ", result.Error);
    }
}
