using System.Buffers.Binary;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>A record of <c>exceptions.S</c>: what is loaded before the ERET, and what is found after the exception.</summary>
/// <param name="bytes">The record.</param>
internal readonly struct ExceptionRecord(Memory<byte> bytes)
{
    public const int Size = 0x400;
    private const int After = 0x200;

    /// <summary>A word of the record, by its offset.</summary>
    public ulong this[int offset]
    {
        get => BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[offset..]);
        set => BinaryPrimitives.WriteUInt64LittleEndian(bytes.Span[offset..], value);
    }

    // Offsets before the ERET; x0 to x30 come first
    public const int StackEl0 = 0xf8, StackEl1 = 0x100, Pstate = 0x108, Pc = 0x110, Hcr = 0x118, Cptr = 0x120, Sctlr = 0x128, Vbar = 0x130, Interrupt = 0x138, Instruction = 0x140;

    // Offsets after the exception, beside those that start at After as they do before
    public const int Syndrome = After + 0x118, Far = After + 0x120, Hpfar = After + 0x128, Vector = After + 0x130, Level = After + 0x138, Masks = After + 0x140, Stack = After + 0x148;

    /// <summary>Offset of x0 to x30.</summary>
    public static int X(int register) => register * 8;

    /// <summary>What a word that is there before and after was found to be.</summary>
    public ulong Found(int offset) => this[After + offset];
}
