using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Redoubt.Handset.Screen;

/// <summary>A finger that touched the screen.</summary>
/// <param name="At">Where, in parts of the screen from 0 to 1.</param>
public readonly record struct Touch(SKPoint At);

/// <summary>Input devices of Linux (linux/input.h): what a tablet reports becomes touches.</summary>
/// <param name="touches">Where they go.</param>
/// <param name="size">The largest values that it reports.</param>
public sealed partial class Touchscreen(BlockingCollection<Touch> touches, SKPoint size)
{
    // struct input_event on a 64-bit machine: two words of time, type, code, value.
    private const int EventSize = 24, TypeOffset = 16, CodeOffset = 18, ValueOffset = 20;
    private const ushort Synchronise = 0, Key = 1, Absolute = 3, X = 0, Y = 1, LeftButton = 0x110, Finger = 0x14a;

    // EVIOCGABS(X): struct input_absinfo of an axis, six ints of which the third is the largest value.
    private const uint GetAbsolute = 0x8018_4540;

    private SKPoint _at;
    private bool _touched;

    /// <summary>Reads all devices there are, each by a thread of its own.</summary>
    public static void Listen(BlockingCollection<Touch> touches)
    {
        foreach (string device in Directory.GetFiles("/dev/input", "event*"))
        {
            FileStream events = new(device, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
            Touchscreen screen = new(touches, new SKPoint(Largest(events, X), Largest(events, Y)));
            new Thread(() => screen.Read(events)) { IsBackground = true }.Start();
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
                _at.X = value / size.X;
                break;
            case (Absolute, Y):
                _at.Y = value / size.Y;
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

    private void Read(FileStream events)
    {
        byte[] record = new byte[EventSize];
        while (events.Read(record) == EventSize)
            Take(record);
    }

    /// <summary>The largest value of an axis; 1 for a device that has none.</summary>
    private static int Largest(FileStream events, uint axis)
    {
        int[] information = new int[6];
        return Control((int)events.SafeFileHandle.DangerousGetHandle(), GetAbsolute + axis, information) == 0 ? Math.Max(information[2], 1) : 1;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int file, nuint request, [In, Out] int[] argument);
}
