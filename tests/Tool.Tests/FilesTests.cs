namespace Redoubt.Tool.Tests;

public sealed class FilesTests
{
    [Fact]
    public void AFileThatFailsHalfwayIsNotThere()
    {
        using TemporaryFolder folder = new();
        Assert.Throws<InvalidOperationException>(() => Files.Write(folder["a"], path =>
        {
            File.WriteAllText(path, "half");
            throw new InvalidOperationException();
        }));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void AFileThatFailsLeavesTheOldOne()
    {
        using TemporaryFolder folder = new();
        folder.Write("a", "old");
        Assert.Throws<InvalidOperationException>(() => Files.Write(folder["a"], _ => throw new InvalidOperationException()));
        Assert.Equal("old", File.ReadAllText(folder["a"]));
        Files.Write(folder["a"], path => File.WriteAllText(path, "new"));
        Assert.Equal("new", File.ReadAllText(folder["a"]));
    }

    [Fact]
    public void AFolderThatFailsHalfwayIsNotThere()
    {
        using TemporaryFolder folder = new();
        Assert.Throws<InvalidOperationException>(() => Files.WriteFolder(folder["a"], path =>
        {
            File.WriteAllText(Path.Combine(path, "b"), "half");
            throw new InvalidOperationException();
        }));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        Files.WriteFolder(folder["a"], path => File.WriteAllText(Path.Combine(path, "b"), "whole"));
        Assert.Equal("whole", File.ReadAllText(folder["a/b"]));
    }

    [Fact]
    public async Task ALockIsHeldByOneAtATime()
    {
        using TemporaryFolder folder = new();
        using ManualResetEventSlim waits = new();
        IDisposable first = Files.Lock(folder["lock"], () => Assert.Fail("nobody has it"));
        Task<IDisposable> second = Task.Run(() => Files.Lock(folder["lock"], waits.Set));
        Assert.True(waits.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
    }
}
