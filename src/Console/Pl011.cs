using System.Threading;

namespace Redoubt.Console;

/// <summary>Arm PrimeCell UART (PL011, DDI 0183G, chapter 3), with its FIFOs and at the rate the firmware left. Nothing here waits.</summary>
internal unsafe struct Pl011
{
    private const int Data = 0x00, Flag = 0x18, LineControl = 0x2c, Control = 0x30, InterruptMask = 0x38, InterruptClear = 0x44;

    private const uint Busy = 1 << 3, ReceiveEmpty = 1 << 4, TransmitFull = 1 << 5;
    private const uint EnableFifos = 1 << 4, EightBits = 3 << 5;
    private const uint EnableUart = 1 << 0, EnableTransmit = 1 << 8, EnableReceive = 1 << 9;
    private const uint ReceiveInterrupt = 1 << 4, TransmitInterrupt = 1 << 5, ReceiveTimeout = 1 << 6, AllInterrupts = 0x7ff;

    private byte* _registers;

    /// <summary>Sets the device up to interrupt when it has received something.</summary>
    internal void Open(ulong address)
    {
        _registers = (byte*)address;
        Set(InterruptMask, 0);
        Set(InterruptClear, AllInterrupts);
        Set(LineControl, EightBits | EnableFifos);
        Set(Control, EnableUart | EnableTransmit | EnableReceive);
        SetTransmitInterrupt(false);
    }

    internal readonly bool CanRead => (Get(Flag) & ReceiveEmpty) == 0;

    internal readonly bool CanWrite => (Get(Flag) & TransmitFull) == 0;

    /// <summary>Whether the last byte is out on the wire.</summary>
    internal readonly bool IsIdle => (Get(Flag) & Busy) == 0;

    internal readonly byte Read() => (byte)Get(Data);

    internal readonly void Write(byte value) => Set(Data, value);

    /// <summary>
    /// Whether to interrupt also when the transmit FIFO, full now, has room again. Only that interrupt is cleared here: the others
    /// go when the FIFO is read empty.
    /// </summary>
    internal readonly void SetTransmitInterrupt(bool enabled)
    {
        Set(InterruptMask, ReceiveInterrupt | ReceiveTimeout | (enabled ? TransmitInterrupt : 0));
        if (!enabled)
            Set(InterruptClear, TransmitInterrupt);
    }

    private readonly uint Get(int register) => Volatile.Read(ref *(uint*)(_registers + register));

    private readonly void Set(int register, uint value) => Volatile.Write(ref *(uint*)(_registers + register), value);
}
