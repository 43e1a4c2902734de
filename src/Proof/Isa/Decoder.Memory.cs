namespace Redoubt.Proof.Isa;

/// <summary>Loads and stores (Arm ARM, C4.1.88).</summary>
public static partial class Decoder
{
    private static Instruction? Memory(ulong address, uint word) => word.Field(29, 27) switch
    {
        1 => word.Is(26) ? null : Exclusive(word),
        3 => Literal(address, word),
        5 => Pair(word),
        7 => word.Is(26) ? null : Single(word),
        _ => null,
    };

    private static Instruction? Exclusive(uint word)
    {
        int size = 1 << word.Field(31, 30);
        bool load = word.Is(22), ordered = word.Is(15);
        if (word.Is(21) || word.Field(14, 10) != 31 || (load && word.Field(20, 16) != 31))
            return null;
        if (word.Is(23))
        {
            return !ordered || word.Field(20, 16) != 31 ? null : new Instruction(load ? Opcode.LoadAcquire : Opcode.StoreRelease)
            {
                Size = size,
                Rd = word.Field(4, 0),
                Rn = word.Field(9, 5),
            };
        }

        int status = word.Field(20, 16);
        if (!load && (status == word.Field(4, 0) || (status == word.Field(9, 5) && status != 31)))
            return null;
        return new Instruction(load ? Opcode.LoadExclusive : Opcode.StoreExclusive)
        {
            Size = size,
            Flag = ordered,
            Rd = word.Field(4, 0),
            Rn = word.Field(9, 5),
            Rm = word.Field(20, 16),
        };
    }

    private static Instruction? Literal(ulong address, uint word) =>
        word.Is(26) || word.Is(24) || word.Field(31, 30) > 1 ? null : new Instruction(Opcode.Load)
        {
            Addressing = Addressing.Literal,
            Size = word.Is(30) ? 8 : 4,
            Wide = true,
            Rd = word.Field(4, 0),
            Immediate = address + (ulong)(word.SignedField(23, 5) << 2),
        };

    private static Instruction? Pair(uint word)
    {
        bool vector = word.Is(26), load = word.Is(22);
        int mode = word.Field(24, 23), width = word.Field(31, 30), size = vector ? 16 : width == 0 ? 4 : 8;
        if (mode == 0 || (width != 2 && (width != 0 || vector)) || (vector && mode != 2))
            return null;
        Instruction pair = new(vector ? (load ? Opcode.LoadVectorPair : Opcode.StoreVectorPair) : load ? Opcode.LoadPair : Opcode.StorePair)
        {
            Size = size,
            Wide = true,
            Rd = word.Field(4, 0),
            Ra = word.Field(14, 10),
            Rn = word.Field(9, 5),
            Immediate = (ulong)(word.SignedField(21, 15) * size),
            Addressing = mode switch { 1 => Addressing.After, 2 => Addressing.Offset, _ => Addressing.Before },
        };
        return load && pair.Rd == pair.Ra || WritesOwnBase(pair, pair.Rd) || WritesOwnBase(pair, pair.Ra) ? null : pair;
    }

    private static Instruction? Single(uint word)
    {
        int scale = word.Field(31, 30), operation = word.Field(23, 22);
        if (operation >= 2 && (scale == 3 || (scale == 2 && operation == 3)))
            return null;
        Instruction single = new(operation == 0 ? Opcode.Store : Opcode.Load)
        {
            Size = 1 << scale,
            Signed = operation >= 2,
            Wide = operation != 3,
            Rd = word.Field(4, 0),
            Rn = word.Field(9, 5),
        };
        if (word.Is(24))
            return single with { Addressing = Addressing.Offset, Immediate = (ulong)word.Field(21, 10) << scale };
        if (word.Is(21))
        {
            int extend = word.Field(15, 13);
            return word.Field(11, 10) != 2 || (extend & 2) == 0 ? null : single with
            {
                Addressing = Addressing.Offset,
                Operand = Operand.ExtendUnsigned8 + extend,
                Amount = word.Is(12) ? scale : 0,
                Rm = word.Field(20, 16),
            };
        }

        single = single with { Immediate = (ulong)word.SignedField(20, 12) };
        return word.Field(11, 10) switch
        {
            0 => single with { Addressing = Addressing.Offset },
            1 when !WritesOwnBase(single with { Addressing = Addressing.After }, single.Rd) => single with { Addressing = Addressing.After },
            3 when !WritesOwnBase(single with { Addressing = Addressing.Before }, single.Rd) => single with { Addressing = Addressing.Before },
            _ => null,
        };
    }

    /// <summary>Constrained unpredictable: a base that is written back and is also transferred.</summary>
    private static bool WritesOwnBase(Instruction access, int transferred) =>
        access.Addressing is Addressing.Before or Addressing.After && access.Size <= 8 && transferred == access.Rn && transferred != 31;
}
