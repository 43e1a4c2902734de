using Redoubt.Abi;

namespace Redoubt.Monitor;

/// <summary>
/// A PL011 whose FIFOs are the rings to the console. A character leaves at once; when the console falls behind, the transmit FIFO
/// is full and the transmit interrupt waits until there is room for a FIFO's worth. There are no line errors, no modem lines, no DMA.
/// </summary>
public struct Uart
{
    private uint _lowPower, _integerBaud, _fractionalBaud, _lineControl, _control, _fifoLevels, _mask;
    private bool _sent;

    /// <summary>Takes the values after reset.</summary>
    public void Reset()
    {
        _lowPower = 0;
        _integerBaud = 0;
        _fractionalBaud = 0;
        _lineControl = 0;
        _control = Pl011.ResetControl;
        _fifoLevels = Pl011.ResetFifoLevels;
        _mask = 0;
        _sent = false;
    }

    /// <summary>Whether a driver takes characters by interrupt.</summary>
    public readonly bool IsListening => (_mask & (Pl011.ReceiveInterrupt | Pl011.TimeoutInterrupt)) != 0;

    /// <summary>Level of the interrupt line.</summary>
    public readonly bool Line(in Port port) => _mask != 0 && (RawStatus(in port) & _mask) != 0;

    /// <summary>Whether a driver waits for an interrupt that comes when the console has made room.</summary>
    public readonly bool IsStalled(in Port port) =>
        _sent && (_mask & Pl011.TransmitInterrupt) != 0 && port.Room < Pl011.FifoDepth;

    /// <summary>Reads a register.</summary>
    public uint Read(ulong offset, ref Port port)
    {
        switch (offset)
        {
            case Pl011.Data:
                port.TryReceive(out byte value);
                return value;
            case Pl011.Flags: return (port.Room == 0 ? Pl011.TransmitFull : Pl011.TransmitEmpty) | (port.HasInput ? 0 : Pl011.ReceiveEmpty);
            case Pl011.LowPower: return _lowPower;
            case Pl011.IntegerBaud: return _integerBaud;
            case Pl011.FractionalBaud: return _fractionalBaud;
            case Pl011.LineControl: return _lineControl;
            case Pl011.Control: return _control;
            case Pl011.FifoLevels: return _fifoLevels;
            case Pl011.Mask: return _mask;
            case Pl011.RawStatus: return RawStatus(in port);
            case Pl011.MaskedStatus: return RawStatus(in port) & _mask;
            default:
                return offset - Pl011.Identification < 0x20 && (offset & 3) == 0
                    ? Pl011.IdentificationByte((int)(offset - Pl011.Identification) / 4) : 0;
        }
    }

    /// <summary>Writes a register.</summary>
    public void Write(ulong offset, uint value, ref Port port)
    {
        switch (offset)
        {
            case Pl011.Data:
                port.TrySend((byte)value);
                _sent = true;
                break;
            case Pl011.LowPower: _lowPower = value & 0xff; break;
            case Pl011.IntegerBaud: _integerBaud = value & 0xffff; break;
            case Pl011.FractionalBaud: _fractionalBaud = value & 0x3f; break;
            case Pl011.LineControl: _lineControl = value & 0xff; break;
            case Pl011.Control: _control = value & 0xffff; break;
            case Pl011.FifoLevels: _fifoLevels = value & 0x3f; break;
            case Pl011.Mask: _mask = value & Pl011.AllInterrupts; break;
            case Pl011.Clear when (value & Pl011.TransmitInterrupt) != 0:
                _sent = false;
                break;
        }
    }

    // The driver sends half a FIFO without a look when it is told to: that must fit.
    private readonly uint RawStatus(in Port port) =>
        (_sent && port.Room >= Pl011.FifoDepth ? Pl011.TransmitInterrupt : 0)
        | (port.HasInput ? Pl011.ReceiveInterrupt | Pl011.TimeoutInterrupt : 0);
}
