using Redoubt.Proof.Isa;
using static Redoubt.Proof.Check.Boot.BootRegisters;
using static Redoubt.Proof.Execution.SystemRegisters;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>Random instructions of a class in random states in which they can be carried out.</summary>
/// <param name="random">Where chance comes from.</param>
/// <param name="slot">Address of the instruction.</param>
/// <param name="literals">Address of the literals near it.</param>
internal sealed class Generator(Random random, ulong slot, ulong literals)
{
    private const uint Nop = 0xd503_201f;
    private const int MostTries = 1_000_000;

    /// <summary>For each class the encodings that it has: bits, and which of them are fixed.</summary>
    private static readonly Dictionary<Opcode, (uint Value, uint Mask)[]> Encodings = new()
    {
        [Opcode.Adr] = [(0x1000_0000, 0x1f00_0000)],
        [Opcode.AddSub] = [(0x1100_0000, 0x1f80_0000), (0x0b00_0000, 0x1f20_0000), (0x0b20_0000, 0x1fe0_0000)],
        [Opcode.Logical] = [(0x1200_0000, 0x1f80_0000), (0x0a00_0000, 0x1f00_0000)],
        [Opcode.MoveWide] = [(0x1280_0000, 0x1f80_0000)],
        [Opcode.Bitfield] = [(0x1300_0000, 0x1f80_0000)],
        [Opcode.Extract] = [(0x1380_0000, 0x7fa0_0000)],
        [Opcode.ConditionalSelect] = [(0x1a80_0000, 0x3fe0_0800)],
        [Opcode.ConditionalCompare] = [(0x3a40_0000, 0x3fe0_0410)],
        [Opcode.VariableShift] = [(0x1ac0_2000, 0x7fe0_f000)],
        [Opcode.OneSource] = [(0x5ac0_0000, 0x7fff_fc00), (0x5ac0_1000, 0x7fff_fc00)],
        [Opcode.MultiplyAdd] = [(0x1b00_0000, 0x7fe0_0000)],
        [Opcode.MultiplyHigh] = [(0x9bc0_7c00, 0xffe0_fc00)],
        [Opcode.Load] = [(0x3940_0000, 0x3f40_0000), (0x3980_0000, 0x3f80_0000), (0x3840_0000, 0x3f60_0000), (0x3880_0000, 0x3fa0_0000), (0x3860_0800, 0x3f60_0c00), (0x38a0_0800, 0x3fa0_0c00), (0x1800_0000, 0xbf00_0000)],
        [Opcode.Store] = [(0x3900_0000, 0x3fc0_0000), (0x3800_0000, 0x3fe0_0000), (0x3820_0800, 0x3fe0_0c00)],
        [Opcode.LoadPair] = [(0x2840_0000, 0x7e40_0000)],
        [Opcode.StorePair] = [(0x2800_0000, 0x7e40_0000)],
        [Opcode.LoadVectorPair] = [(0xad40_0000, 0xffc0_0000)],
        [Opcode.StoreVectorPair] = [(0xad00_0000, 0xffc0_0000)],
        [Opcode.LoadExclusive] = [(0x085f_7c00, 0x3fff_7c00)],
        [Opcode.StoreExclusive] = [(0x0800_7c00, 0x3fe0_7c00)],
        [Opcode.LoadAcquire] = [(0x08df_fc00, 0x3fff_fc00)],
        [Opcode.StoreRelease] = [(0x089f_fc00, 0x3fff_fc00)],
        [Opcode.Branch] = [(0x1400_0002, 0x7fff_ffff)],
        [Opcode.BranchConditional] = [(0x5400_0040, 0xffff_fff0)],
        [Opcode.CompareBranch] = [(0x3400_0040, 0x7eff_ffe0)],
        [Opcode.TestBranch] = [(0x3600_0040, 0x7e07_ffe0)],
        [Opcode.BranchRegister] = [(0xd61f_0000, 0xffff_fc1f)],
        [Opcode.Return] = [(0xd65f_0000, 0xffff_fc1f)],
        [Opcode.Nop] = [(Nop, ~0U)],
        [Opcode.Barrier] = [(0xd503_309f, 0xffff_f0ff), (0xd503_30bf, 0xffff_f0ff), (0xd503_3fdf, ~0U)],
        [Opcode.WaitForEvent] = [(0xd503_205f, ~0U)],
        [Opcode.MaskInterrupts] = [(0xd503_40df, 0xffff_f0ff)],
        [Opcode.SelectStack] = [(0xd500_41bf, ~0U)],
        [Opcode.Maintain] = [.. Operations.Select(operation => ((uint)operation << 5) | 0xd500_001f).Select(word => (word, ~0U)), (0xd50b_7e20, ~0x1fU)],
    };

    /// <summary>TLB and cache operations without an address; that with one, DC CIVAC, is among the encodings.</summary>
    private static int[] Operations => [TlbiAlle1, TlbiAlle1Is, TlbiAlle2, Check.Boot.BootRegisters.TlbiVmalle1, IcIallu, IcIalluIs];

    /// <summary>The classes whose effect on registers and memory is compared.</summary>
    public static IEnumerable<Opcode> Classes => Encodings.Keys;

    /// <summary>Fills a record with a state and an instruction of a class and, if one is given, of a form.</summary>
    /// <exception cref="InvalidOperationException">No encoding of the class seems to have that form.</exception>
    public void Fill(Record record, ulong address, Opcode opcode, Instruction? form = null)
    {
        for (int tries = 0; tries < MostTries; tries++)
        {
            (uint value, uint mask) = Encodings[opcode][random.Next(Encodings[opcode].Length)];
            uint word = ((uint)random.NextInt64() & ~mask) | value;
            if (Decoder.TryDecode(slot, word) is not { } instruction || instruction.Opcode != opcode || (form ?? Form.Of(instruction)) != Form.Of(instruction))
                continue;
            record.Randomise(random);
            record.Prefix = Nop;
            if (instruction.Addressing == Addressing.Literal)
                word = (word & ~0x00ff_ffe0u) | (uint)(((literals - slot) / 4) + (ulong)(random.Next(4) * 2)) << 5;
            else if (instruction.Size != 0 && !Aim(record, address, instruction))
                continue;
            else if (instruction.System == DcCivac && instruction.Rd != 31)
                record[instruction.Rd] = address + (ulong)random.Next(Record.Size);
            if (opcode is Opcode.BranchRegister or Opcode.Return)
            {
                if (instruction.Rn == 31)
                    continue;
                record[instruction.Rn] = slot + 8;
            }

            if (opcode == Opcode.StoreExclusive && random.Next(2) == 0)
                record.Prefix = 0x085f_7c1f | (word & 0xc000_03e0);
            record.Instruction = word;
            return;
        }

        throw new InvalidOperationException($"{opcode}: no random instruction is {form}");
    }

    /// <summary>Makes the base register point into the record's memory block; false if that can't be.</summary>
    private bool Aim(Record record, ulong address, Instruction access)
    {
        ulong block = address + Record.BlockOffset;
        ulong place = block + (ulong)(random.Next((Record.BlockSize - 32) / access.Size) * access.Size);
        ulong offset = access.Immediate;
        if (access.Operand != Operand.Immediate)
        {
            if (access.Rm == access.Rn)
                return false;
            ulong index = access.Rm == 31 ? 0 : record[access.Rm];
            offset = (access.Operand switch
            {
                Operand.ExtendUnsigned32 => (uint)index,
                Operand.ExtendSigned32 => (ulong)(int)index,
                _ => index,
            }) << access.Amount;
        }

        ulong target = access.Addressing == Addressing.After ? place : place - offset;
        if (access.Rn == 31 && target % 16 != 0)
            return false;
        record[access.Rn] = target;
        return true;
    }
}
