using System.Buffers.Binary;
using System.Collections.Concurrent;
using SkiaSharp;

namespace Redoubt.Handset.Screen;

/// <summary>A finger that touched the screen.</summary>
/// <param name="At">Where, in parts of the screen from 0 to 1.</param>
public readonly record struct Touch(SKPoint At);

/// <summary>Input devices of Linux (linux/input.h): what a tablet reports becomes touches.</summary>
/// <param name="touches">Where they go.</param>
public sealed class Touchscreen(BlockingCollection<Touch> touches)
{
    // struct input_event on a 64-bit machine: two words of time, type, code, value.
    private const int EventSize = 24, TypeOffset = 16, CodeOffset = 18, ValueOffset = 20;
    private const ushort Synchronise = 0, Key = 1, Absolute = 3, X = 0, Y = 1, LeftButton = 0x110, Finger = 0x14a;

    // The range of virtio's tablet in QEMU.
    private const float Most = 32767;

    private SKPoint _at;
    private bool _touched;

    /// <summary>Reads all devices there are, each by a thread of its own.</summary>
    public static void Listen(BlockingCollection<Touch> touches)
    {
        foreach (string device in Directory.GetFiles("/dev/input", "event*"))
        {
            Touchscreen screen = new(touches);
            new Thread(() => screen.Read(device)) { IsBackground = true }.Start();
        }
    }

    /// <summary>Takes one event.</summary>
    /// <param name="record">A struct input_event.</param>
    public void Take(ReadOnlySpan<byte> record)
    {
        ushort type = BinaryPrimitives.ReadUInt16LittleEndian(record[TypeOffset..]), code = BinaryPrimitives.ReadUInt16LittleEndian(record[CodeOffset..]);
        int value = BinaryPrimitives.ReadInt32LittleEndian(record[ValueOffset..]);
        switch (type, code)
        {
            case (Absolute, X):
                _at.X = value / Most;
                break;
            case (Absolute, Y):
                _at.Y = value / Most;
                break;
            case (Key, LeftButton or Finger):
                _touched |= value == 1;
                break;
            case (Synchronise, 0) when _touched:
                _touched = false;
                touches.Add(new Touch(_at));
                break;
        }
    }

    private void Read(string device)
    {
        using FileStream events = new(device, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
        byte[] record = new byte[EventSize];
        while (events.Read(record) == EventSize)
            Take(record);
    }
}
