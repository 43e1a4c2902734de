using System.Buffers.Binary;
using System.Collections.Concurrent;
using Redoubt.Handset.Screen;

namespace Redoubt.Handset.Tests;

/// <summary>What Linux reports of input devices.</summary>
public sealed class TouchscreenTests
{
    private const ushort Synchronise = 0, Key = 1, Absolute = 3, X = 0, Y = 1, Button = 0x110, Letter = 30;

    private readonly BlockingCollection<Touch> _touches = [];

    [Fact]
    public void AFingerThatComesDownIsOneTouchWhereItIs()
    {
        Report((Absolute, X, 719), (Absolute, Y, 0), (Key, Button, 1), (Synchronise, 0, 0), (Absolute, X, 5), (Synchronise, 0, 0), (Key, Button, 0), (Synchronise, 0, 0));
        Touch touch = Assert.Single(_touches);
        Assert.Equal((1f, 0f), (touch.At.X, touch.At.Y));
    }

    [Fact]
    public void KeysAndMovesAreNoTouches()
    {
        Report((Absolute, X, 100), (Synchronise, 0, 0), (Key, Letter, 1), (Synchronise, 0, 0));
        Assert.Empty(_touches);
    }

    private void Report(params (ushort Type, ushort Code, int Value)[] events)
    {
        Touchscreen screen = new(_touches, new(719, 1343));
        foreach ((ushort type, ushort code, int value) in events)
        {
            byte[] record = new byte[24];
            BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(16), type);
            BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(18), code);
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(20), value);
            screen.Take(record);
        }
    }
}
