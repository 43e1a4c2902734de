using System.Buffers.Binary;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>A record of <c>walk.S</c>: an address, the root of the tables that translate it, and what the hardware makes of it.</summary>
/// <param name="bytes">The record.</param>
internal readonly struct WalkRecord(Memory<byte> bytes)
{
    public const int Size = 0x40;

    public ulong Address
    {
        get => this[0];
        set => this[0] = value;
    }

    public ulong Root
    {
        get => this[8];
        set => this[8] = value;
    }

    /// <summary>Physical address where an instruction is put before it is fetched through the tables; 0 for no fetch.</summary>
    public ulong Output
    {
        get => this[16];
        set => this[16] = value;
    }

    /// <summary>PAR_EL1 of a translation for reading, and for writing.</summary>
    public ulong ForReading => this[24];

    public ulong ForWriting => this[32];

    /// <summary>ESR_EL2 of the exception that followed the fetch.</summary>
    public ulong Syndrome => this[40];

    private ulong this[int offset]
    {
        get => BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[offset..]);
        set => BinaryPrimitives.WriteUInt64LittleEndian(bytes.Span[offset..], value);
    }
}
