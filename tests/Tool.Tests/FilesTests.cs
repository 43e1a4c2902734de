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
    public void AFolderToWorkInIsEmptyAtFirstAndGoneInTheEnd()
    {
        using TemporaryFolder folder = new();
        folder.Write("work/left", "of a run that was killed");
        Assert.Throws<InvalidOperationException>(() => Files.WithFolder(folder["work"], path =>
        {
            Assert.Empty(Directory.GetFileSystemEntries(path));
            File.WriteAllText(Path.Combine(path, "a"), "half");
            throw new InvalidOperationException();
        }));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void ACopyHasTheContentAndNoneOfItsHolesFilled()
    {
        using TemporaryFolder folder = new();
        const int Size = 64 << 20;
        using (FileStream file = File.Create(folder["a"]))
        {
            file.SetLength(Size);
            file.Write("content"u8);
        }

        Files.CopyWithHoles(folder["a"], folder["b"]);
        using FileStream copy = File.OpenRead(folder["b"]);
        Assert.Equal(Size, copy.Length);
        byte[] start = new byte[7];
        copy.ReadExactly(start);
        Assert.Equal("content"u8, start);
        Assert.InRange(long.Parse(Subprocess.Run("du", ["-k", folder["b"]]).Output.Split('\t')[0]), 1, Size >> 11);
        Assert.Contains("cannot copy", Assert.Throws<Redoubt.Image.UserError>(() => Files.CopyWithHoles(folder["nothing"], folder["c"])).Message);
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
