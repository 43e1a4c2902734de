namespace Redoubt.Monitor;

/// <summary>Registers of the PrimeCell UART PL011 (DDI0183, 3.2): offsets and bits.</summary>
internal static class Pl011
{
    public const ulong Data = 0x00, ReceiveStatus = 0x04, Flags = 0x18, LowPower = 0x20, IntegerBaud = 0x24, FractionalBaud = 0x28,
        LineControl = 0x2c, Control = 0x30, FifoLevels = 0x34, Mask = 0x38, RawStatus = 0x3c, MaskedStatus = 0x40, Clear = 0x44,
        Identification = 0xfe0;

    /// <summary>UARTFR.</summary>
    public const uint TransmitEmpty = 1 << 7, ReceiveFull = 1 << 6, TransmitFull = 1 << 5, ReceiveEmpty = 1 << 4;

    /// <summary>UARTRIS, UARTMIS, UARTIMSC, UARTICR.</summary>
    public const uint ReceiveInterrupt = 1 << 4, TransmitInterrupt = 1 << 5, TimeoutInterrupt = 1 << 6, AllInterrupts = 0x7ff;

    /// <summary>Values after reset.</summary>
    public const uint ResetControl = 0x300, ResetFifoLevels = 0x12;

    /// <summary>Depth of the transmit FIFO of the revision that <see cref="IdentificationByte"/> names.</summary>
    public const ulong FifoDepth = 16;

    /// <summary>UARTPeriphID0 to 3 (part 0x011, designer Arm, revision r1p4) and UARTPCellID0 to 3.</summary>
    public static uint IdentificationByte(int index) => (byte)(0xb105_f00d_0014_1011 >> (8 * index));
}
