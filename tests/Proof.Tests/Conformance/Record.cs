using System.Buffers.Binary;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>A state and an instruction as the harness takes them; its memory block is part of the record.</summary>
/// <param name="bytes">The record, 1 KiB.</param>
internal readonly struct Record(Memory<byte> bytes)
{
    public const int Size = 0x400, BlockOffset = 0x140, BlockSize = 0xc0;
    private const int General = 8, Stack = 0x100, FlagBits = 0x108, TakenMark = 0x110, Vector = 0x200;

    public uint Instruction
    {
        get => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span);
        set => BinaryPrimitives.WriteUInt32LittleEndian(bytes.Span, value);
    }

    /// <summary>The instruction before, executed in the same state.</summary>
    public uint Prefix
    {
        get => BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[4..]);
        set => BinaryPrimitives.WriteUInt32LittleEndian(bytes.Span[4..], value);
    }

    public bool Taken => Long(TakenMark) != 0;

    /// <summary>x0 to x30; 31 is the stack pointer.</summary>
    public ulong this[int register]
    {
        get => Long(register == 31 ? Stack : General + (register * 8));
        set => BinaryPrimitives.WriteUInt64LittleEndian(bytes.Span[(register == 31 ? Stack : General + (register * 8))..], value);
    }

    public ulong Nzcv
    {
        get => Long(FlagBits);
        set => BinaryPrimitives.WriteUInt64LittleEndian(bytes.Span[FlagBits..], value);
    }

    public void Randomise(Random random)
    {
        random.NextBytes(bytes.Span[General..]);
        bytes.Span.Slice(TakenMark, 8).Clear();
        for (int i = 0; i < 31; i++)
        {
            // Numbers at the edges find more than even ones.
            if (random.Next(4) == 0)
                this[i] = random.Next(6) switch { 0 => 0, 1 => ~0UL, 2 => 1UL << random.Next(64), 3 => 0x8000_0000, 4 => 0x7fff_ffff_ffff_ffff, _ => (ulong)random.Next(64) };
        }

        this[31] &= ~15UL;
        Nzcv = (ulong)random.Next(16) << 28;
    }

    /// <summary>The record as a machine, its memory block at an address.</summary>
    public Machine ToMachine(ulong record)
    {
        Machine machine = new();
        for (int i = 0; i < 32; i++)
        {
            machine.Registers[i] = this[i];
        }

        for (int i = 0; i < 64; i++)
        {
            machine.Vectors[i] = Long(Vector + (i * 8));
        }

        for (int i = 0; i < BlockSize; i += 8)
        {
            machine.Memory[record + BlockOffset + (ulong)i] = Long(BlockOffset + i);
        }

        ulong nzcv = Nzcv;
        machine.Flags = new Flags<Word>(Word.Bit(new(nzcv), 31), Word.Bit(new(nzcv), 30), Word.Bit(new(nzcv), 29), Word.Bit(new(nzcv), 28));
        return machine;
    }

    /// <summary>First difference between this record and a machine, or null.</summary>
    public string? Difference(Machine machine, ulong record)
    {
        for (int i = 0; i < 32; i++)
        {
            if (machine.Registers[i] != this[i])
                return $"x{i} is {machine.Registers[i]:x} and on QEMU {this[i]:x}";
        }

        for (int i = 0; i < 64; i++)
        {
            if (machine.Vectors[i] != Long(Vector + (i * 8)))
                return $"v{i / 2} differs";
        }

        for (int i = 0; i < BlockSize; i += 8)
        {
            if (machine.Memory[record + BlockOffset + (ulong)i] != Long(BlockOffset + i))
                return $"memory at {i} is {machine.Memory[record + BlockOffset + (ulong)i]:x} and on QEMU {Long(BlockOffset + i):x}";
        }

        Flags<Word> flags = machine.Flags;
        ulong nzcv = (flags.Negative.Value << 31) | (flags.Zero.Value << 30) | (flags.Carry.Value << 29) | (flags.Overflow.Value << 28);
        return nzcv == Nzcv ? null : $"NZCV is {nzcv >> 28:x} and on QEMU {Nzcv >> 28:x}";
    }

    private ulong Long(int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[at..]);
}
