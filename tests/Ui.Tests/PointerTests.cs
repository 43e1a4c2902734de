using Redoubt.Abi;

namespace Redoubt.Ui.Tests;

public sealed class PointerTests
{
    private const uint Button = 0x110;
    private Pointer _pointer;

    public PointerTests() => _pointer.Open(720, 1440);

    private bool Feed(uint type, uint code, uint value) => _pointer.Feed(Screen.Pack(type, code, value));

    [Fact]
    public void AGroupOfEventsIsOneMove()
    {
        Assert.False(Feed(Screen.Absolute, Screen.X, 0x4000));
        Assert.False(Feed(Screen.Absolute, Screen.Y, 0x2000));
        Assert.False(Feed(Screen.Key, Button, 1));
        Assert.False(_pointer.IsDown);
        Assert.True(Feed(Screen.Synchronise, 0, 0));
        Assert.Equal((360U, 360U, true), (_pointer.X, _pointer.Y, _pointer.IsDown));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0x7fff, 719, 1439)]
    [InlineData(0x8000, 719, 1439)]
    [InlineData(uint.MaxValue, 719, 1439)]
    public void ItNeverLeavesTheDisplay(uint value, uint x, uint y)
    {
        Feed(Screen.Absolute, Screen.X, value);
        Feed(Screen.Absolute, Screen.Y, value);
        Assert.Equal((x, y), (_pointer.X, _pointer.Y));
    }

    [Fact]
    public void OtherEventsMeanNothing()
    {
        Assert.False(Feed(Screen.Absolute, 2, 5));
        Assert.False(Feed(Screen.Key, 30, 1));
        Assert.False(Feed(17, 0, 0));
        Assert.True(Feed(Screen.Synchronise, 0, 0));
        Assert.Equal((0U, 0U, false), (_pointer.X, _pointer.Y, _pointer.IsDown));
    }
}
