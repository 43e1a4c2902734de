namespace Redoubt.Tool.Tests;

public sealed class SubprocessTests
{
    [Fact]
    public void CapturesBothStreamsAndTheStatus()
    {
        List<string> lines = [];
        Subprocess.Result result = Subprocess.Run("sh", ["-c", "echo a; echo b >&2; exit 3"], line: lines.Add);
        Assert.Equal(new Subprocess.Result(3, "a\n", "b\n"), result);
        Assert.Equal(["a"], lines);
        Assert.Equal("a\nb", result.Text);
    }

    [Fact]
    public void AProgramThatIsMissingIsAnErrorOfTheUser()
    {
        Assert.Contains("cannot run no-such-program", Assert.Throws<Redoubt.Image.UserError>(() => Subprocess.Run("no-such-program", [])).Message);
    }

    [Fact]
    public void InputIsEmpty()
    {
        Assert.Equal("", Subprocess.Run("cat", []).Output);
    }
}
