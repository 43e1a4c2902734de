using System.Diagnostics.CodeAnalysis;
using System.Threading;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>
/// Accesses by the guest's devices that the SMMU has refused: the first of each start of the guest are told at once, all are counted for the crash
/// record. The SMMU records no more than its queue holds, since nobody takes records away: the last one is told too.
/// </summary>
public unsafe struct DmaFaults
{
    private const ulong ToldEachStart = 8;
    private DmaFault* _queue;
    private ulong _capacity, _next;
    private ulong _events, _slot;
    private ulong _told;
    private DmaSummary _summary;

    /// <summary>Finds the record, if the guest has devices that the SMMU confines.</summary>
    public void Open()
    {
        if (!Self.TryFindDevice(DmaFault.Device, out DeviceEntry* device))
            return;
        _queue = (DmaFault*)device->Address;
        _capacity = device->Size / (ulong)sizeof(DmaFault);
        _events = 1UL << (int)device->EventBit;
        _slot = device->InterruptSlot;
    }

    /// <summary>What was refused since the guest started.</summary>
    [UnscopedRef]
    public readonly ref readonly DmaSummary Summary => ref _summary;

    /// <summary>Whether one of these events says that there is something new.</summary>
    public readonly bool IsTold(ulong events) => (events & _events) != 0;

    /// <summary>The guest starts: its devices have done nothing yet.</summary>
    public void Begin()
    {
        _told = 0;
        _summary.Count = 0;
    }

    /// <summary>Takes what was refused until there is something to tell. Returns whether there is: then <see cref="Tell"/> comes next.</summary>
    public bool TryTake()
    {
        while (_next < _capacity && Volatile.Read(ref _queue[_next].Kind) != 0)
        {
            _summary.Add(in _queue[_next++]);
            if (_told < ToldEachStart || IsFull)
                return true;
        }

        Kernel.Acknowledge(_slot);
        return false;
    }

    /// <summary>Writes what was taken.</summary>
    public void Tell(ref ConsoleWriter console)
    {
        console.Write("\r\n*** "u8);
        console.Write(in Self.Manifest.Guest.Name);
        console.Write(": "u8);
        _summary.WriteLast(ref console);
        console.Write(" refused"u8);
        if (IsFull)
            console.Write("; the record is full until the machine is off, what is refused from now on leaves no trace"u8);
        else if (++_told == ToldEachStart)
            console.Write("; more of them are counted only"u8);
        console.WriteLine(""u8);
    }

    private readonly bool IsFull => _next == _capacity;
}

/// <summary>How many accesses by devices were refused, and the last of them.</summary>
public struct DmaSummary
{
    private const int StreamShift = 32, ReadBit = 35;

    /// <summary>How many.</summary>
    public ulong Count;

    private ulong _kind, _access, _address;

    /// <summary>Adds one.</summary>
    public void Add(ref readonly DmaFault fault)
    {
        Count++;
        _kind = fault.Kind;
        _access = fault.Access;
        _address = fault.Address;
    }

    /// <summary>Becomes the same as another.</summary>
    public void CopyFrom(ref readonly DmaSummary other)
    {
        Count = other.Count;
        _kind = other._kind;
        _access = other._access;
        _address = other._address;
    }

    /// <summary>Writes a line, if there were any.</summary>
    public readonly void Write(ref ConsoleWriter console)
    {
        if (Count == 0)
            return;
        console.WriteDecimal(Count);
        console.Write(" accesses by its devices were refused, the last: "u8);
        WriteLast(ref console);
        console.WriteLine(""u8);
    }

    /// <summary>Names the last one.</summary>
    public readonly void WriteLast(ref ConsoleWriter console)
    {
        console.Write("DMA of stream 0x"u8);
        console.WriteHex(_kind >> StreamShift, 4);
        // Of a stream that has no context the SMMU says no more.
        if ((_kind & 0xff) < DmaFault.Translation)
            return;
        console.Write((_access >> ReadBit & 1) != 0 ? " from 0x"u8 : " to 0x"u8);
        console.WriteHex(_address);
    }
}
