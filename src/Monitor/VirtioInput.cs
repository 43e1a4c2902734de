using System;
using Redoubt.Abi;

namespace Redoubt.Monitor;

/// <summary>
/// A virtio input device (Virtio 1.2, 5.8): the keyboard or the touch screen of a guest. Queue 0 has events, queue 1 takes what lights should shine,
/// which there are none of. Its configuration answers questions of one byte each and one more.
/// </summary>
public struct VirtioInput
{
    private const int Events = 0, Lights = 1;
    private const uint EventSize = 8;

    // struct virtio_input_config (5.8.4): what is asked, the length of the answer, the answer.
    private const ulong Select = 0, Subselect = 1, Size = 2, Answer = 8;

    // What can be asked: name, numbers, properties, codes of a type of event, range of an axis.
    private const byte AskName = 1, AskIds = 3, AskProperties = 0x10, AskCodes = 0x11, AskRange = 0x12;

    // struct virtio_input_devids: bus type BUS_VIRTUAL and no others; struct virtio_input_absinfo.
    private const uint BusVirtual = 6, IdsSize = 8, RangeSize = 20;

    // Type of events for repetition, which the driver then does by itself (EV_REP); property of a touch screen (INPUT_PROP_DIRECT).
    private const uint Repetition = 0x14;
    private const int Direct = 1;

    /// <summary>Registers.</summary>
    public VirtioTransport Transport;

    private bool _isTouch;
    private uint _width, _height;
    private byte _select, _subselect;

    /// <summary>Makes it a touch screen of so many pixels.</summary>
    public void MakeTouch(uint width, uint height)
    {
        _isTouch = true;
        _width = width;
        _height = height;
    }

    /// <summary>Takes the values after reset.</summary>
    public void Open()
    {
        Transport.Open(VirtioRegisters.Input, Queues.Count);
        _select = 0;
        _subselect = 0;
    }

    /// <summary>Reads 1, 2 or 4 bytes of the configuration, aligned.</summary>
    public readonly uint ReadConfiguration(ulong offset, int size)
    {
        uint value = 0;
        for (int i = size - 1; i >= 0; i--)
            value = value << 8 | ConfigurationByte(offset + (ulong)i);
        return value;
    }

    /// <summary>Writes a byte of the configuration.</summary>
    public void WriteConfiguration(ulong offset, byte value)
    {
        if (offset == Select)
            _select = value;
        else if (offset == Subselect)
            _subselect = value;
    }

    /// <summary>Whether a driver is there that has no place for an event yet.</summary>
    public bool IsFull => Transport.IsDriven && !Transport.Queues[Events].TryOpen() && !Transport.Queues[Events].IsBroken;

    /// <summary>Gives the driver an event, if there is one and it has a place.</summary>
    public unsafe void Send(ulong word, in GuestMemory memory)
    {
        ref VirtQueue queue = ref Transport.Queues[Events];
        if (!Transport.IsDriven || !queue.TryOpen())
            return;
        uint written = 0;
        while (queue.TryNext(in memory, out ulong address, out uint length, out bool isWritable))
        {
            for (uint i = 0; isWritable && i < length && written < EventSize; i++, written++)
                *(byte*)(address + i) = (byte)(word >> (8 * (int)written));
        }

        if (!queue.IsBroken && queue.Close(written))
            Transport.Interrupt();
    }

    /// <summary>Gives back what the driver said of lights, and notes whether it broke the rules.</summary>
    public void Run(in GuestMemory memory)
    {
        ref VirtQueue queue = ref Transport.Queues[Lights];
        for (uint left = VirtQueue.MaximumSize; left != 0 && Transport.IsDriven && queue.TryOpen(); left--)
        {
            while (queue.TryNext(in memory, out _, out _, out _))
            {
            }

            if (queue.IsBroken)
                break;
            if (queue.Close(0))
                Transport.Interrupt();
        }

        Transport.CheckQueues();
    }

    private readonly byte ConfigurationByte(ulong offset) => offset switch
    {
        Select => _select,
        Subselect => _subselect,
        Size => (byte)AnswerSize,
        >= Answer when offset - Answer < AnswerSize => AnswerByte((uint)(offset - Answer)),
        _ => 0,
    };

    // A set of codes is as long as its greatest one needs.
    private readonly uint AnswerSize => _select switch
    {
        AskName when _subselect == 0 => (uint)Name.Length,
        AskIds when _subselect == 0 => IdsSize,
        AskProperties when _subselect == 0 && _isTouch => 1,
        AskCodes when _subselect == Screen.Key => _isTouch ? Screen.Touch / 8 + 1 : Screen.KeyLimit / 8,
        AskCodes when _subselect == Screen.Absolute && _isTouch => 1,
        AskCodes when _subselect == Repetition && !_isTouch => 1,
        AskRange when _subselect is (byte)Screen.X or (byte)Screen.Y && _isTouch => RangeSize,
        _ => 0,
    };

    private readonly byte AnswerByte(uint index)
    {
        switch (_select)
        {
            case AskName:
                return Name[(int)index];
            case AskIds:
                return index == 0 ? (byte)BusVirtual : (byte)0;
            case AskProperties:
                return 1 << Direct;
            case AskCodes when _subselect == Screen.Key && _isTouch:
                return index == Screen.Touch / 8 ? (byte)(1 << (int)(Screen.Touch % 8)) : (byte)0;
            case AskCodes when _subselect == Screen.Key:
                // All but 0, which means that there is no key.
                return index == 0 ? (byte)0xfe : byte.MaxValue;
            case AskCodes:
                return (byte)(_isTouch ? 1 << (int)Screen.X | 1 << (int)Screen.Y : 1);
            default:
                // Least and greatest value, 32 bits each, then none of fuzz, flat and resolution.
                uint greatest = (_subselect == Screen.X ? _width : _height) - 1;
                return index is >= 4 and < 8 ? (byte)(greatest >> (8 * (int)(index - 4))) : (byte)0;
        }
    }

    private readonly ReadOnlySpan<byte> Name => _isTouch ? "Redoubt touch screen"u8 : "Redoubt keyboard"u8;
}
