using Redoubt.Tool.Debian;

namespace Redoubt.Tool.Tests;

public sealed class KernelModulesTests
{
    [Fact]
    public void DependenciesComeFirstAndOnce()
    {
        using TemporaryFolder folder = new();
        folder.Write("lib/modules/6/kernel/a.ko", "x\0depends=c,b-b\0y");
        folder.Write("lib/modules/6/kernel/b-b.ko", "x\0depends=c\0y");
        folder.Write("lib/modules/6/kernel/sub/c.ko", "x\0depends=\0y");
        folder.Write("lib/modules/6/kernel/d.ko", "no entry");
        IEnumerable<string> names = KernelModules.Collect(folder.Path, ["a", "d", "built-in", "c"]).Select(module => module.Name);
        Assert.Equal(["c.ko", "b_b.ko", "a.ko", "d.ko"], names);
    }

    [Fact]
    public void ADependencyOnItselfEnds()
    {
        using TemporaryFolder folder = new();
        folder.Write("a.ko", "\0depends=a\0");
        Assert.Single(KernelModules.Collect(folder.Path, ["a"]));
    }

    [Fact]
    public void CompressedModulesAreUnpacked()
    {
        using TemporaryFolder folder = new();
        Subprocess.Run("xz", [folder.Write("a.ko", "content")]);
        (string name, byte[] content) = Assert.Single(KernelModules.Collect(folder.Path, ["a"]));
        Assert.Equal("a.ko", name);
        Assert.Equal("content"u8, content);
    }

    [Fact]
    public void ADamagedModuleIsAnError()
    {
        using TemporaryFolder folder = new();
        folder.Write("a.ko.xz", "not xz");
        Assert.Contains("a.ko.xz", Assert.Throws<Redoubt.Image.UserError>(() => KernelModules.Collect(folder.Path, ["a"])).Message);
    }
}
