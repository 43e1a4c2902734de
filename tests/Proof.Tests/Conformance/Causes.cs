using Redoubt.Proof.Execution;
using static Redoubt.Proof.Tests.Conformance.ExceptionRecord;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>The reasons for which EL2 is entered under the kernel's HCR_EL2 and CPTR_EL2.</summary>
internal static class Causes
{
    private const ulong El0 = 0, El1t = 4, El1h = 5, Arm = 0x10, Thumb = 0x30, IllegalState = 1 << 20;

    // Exception classes
    private const uint Unknown = 0, WaitFor = 1, Vectors = 7, IllegalExecution = 0xe, Svc32 = 0x11, Svc64 = 0x15, Hvc64 = 0x16, Smc64 = 0x17, Register = 0x18,
        InstructionAbort = 0x20, MisalignedPc = 0x22, DataAbort = 0x24, Brk64 = 0x3c;

    /// <summary>Of a conditional instruction: COND is valid and says always.</summary>
    private const uint Always = (1 << 24) | (0xe << 20);

    /// <summary>DFSC and IFSC: translation fault at level 1. Of stage 2 one block of that level is mapped.</summary>
    private const uint Level1 = 5;

    private const uint Nop = 0xd503_201f, NopArm = 0xe320_f000;

    private static readonly ulong[] Guest64 = [El0, El1t, El1h], Kernel64 = [El1t, El1h];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Cause> All { get; } =
    [
        new("SVC of a service", true, [El0], (random, _) => Call(random, 0xd400_0001, Svc64) with { Behind = 4 }),
        new("SVC of an AArch32 service", true, [Arm], (random, _) => Call32(random)),
        new("HVC", false, Kernel64, (random, _) => Call(random, 0xd400_0002, Hvc64) with { Behind = 4 }),
        new("SMC", false, Kernel64, (random, _) => Call(random, 0xd400_0003, Smc64)),
        new("WFI", false, Guest64, (_, _) => new(0xd503_207f, WaitFor, Always)),
        new("WFI of AArch32", false, [Arm], (_, _) => new(0xe320_f003, WaitFor, Always)),
        new("WFI of Thumb", false, [Thumb], (_, _) => new(0xbf30, WaitFor, Always) { Long = false }),
        new("system register", false, Kernel64, RegisterAccess),
        new("data abort", false, Guest64, Access),
        new("data abort of a pair", false, Guest64, AccessPair),
        new("data abort of a service", true, [El0], Access),
        new("data abort of AArch32", false, [Arm], Access32),
        new("instruction abort", false, Guest64, Fetch(~3UL)),
        new("instruction abort of a service", true, [El0], Fetch(~3UL)),
        new("instruction abort of AArch32", false, [Arm], Fetch(0xffff_fffc)),
        new("undefined instruction of a service", true, [El0], (random, _) => new((uint)random.Next(0x1_0000), Unknown)),
        new("undefined instruction of an AArch32 service", true, [Arm], (random, _) => new(0xe7f0_00f0 | (uint)random.Next(16), Unknown)),
        new("vector instruction of a service", true, [El0], (random, _) => new(0x4ea0_1c00 | (uint)random.Next(32), Vectors, Always)),
        new("breakpoint instruction of a service", true, [El0], (random, _) => Call(random, 0xd420_0000, Brk64)),
        new("misaligned branch of a service", true, [El0], Misaligned),
        new("illegal state of a service", true, [El0], (_, record) => { record[Pstate] |= IllegalState; return new(Nop, IllegalExecution); }),
        new("interrupt", false, Guest64, Interrupted(Nop)),
        new("interrupt of a service", true, [El0], Interrupted(Nop)),
        new("interrupt of AArch32", false, [Arm], Interrupted(NopArm)),
    ];

    /// <summary>SPSR_EL2.M has bit 4 set for AArch32.</summary>
    public static bool IsAarch32(ulong pstate) => (pstate & Arm) != 0;

    private static Expected Call(Random random, uint instruction, uint exception)
    {
        uint immediate = (uint)random.Next(0x1_0000);
        return new(instruction | (immediate << 5), exception, immediate);
    }

    private static Expected Call32(Random random)
    {
        uint immediate = (uint)random.Next(0x100_0000);
        return new(0xef00_0000 | immediate, Svc32, immediate & 0xffff) { Behind = 4 };
    }

    /// <summary>Accesses that HCR_EL2 (TID3, TACR, TSW, FMO, IMO) and CNTHCTL_EL2 trap.</summary>
    private static Expected RegisterAccess(Random random, ExceptionRecord record)
    {
        const int Actlr = 0xc081, Asgi1r = 0xc65e, Sgi1r = 0xc65d, Sgi0r = 0xc65f, DcIsw = 0x43b2, DcCsw = 0x43d2, DcCisw = 0x43f2, CntpctEl0 = 0xdf01, CntpCtl = 0xdf11;
        (int register, bool read) = random.Next(10) switch
        {
            0 => (Actlr, random.Next(2) == 0),
            1 => (Sgi1r, false),
            2 => (random.Next(2) == 0 ? Sgi0r : Asgi1r, false),
            3 => (random.Next(3) switch { 0 => DcIsw, 1 => DcCsw, _ => DcCisw }, false),
            4 => (CntpctEl0, true),
            5 => (CntpCtl, random.Next(2) == 0),
            _ => (random.Next(Check.Boot.BootRegisters.FirstIdentification, Check.Boot.BootRegisters.EndIdentification), true),
        };
        int general = random.Next(32);
        int op0 = (register >> 14) & 3, op1 = (register >> 11) & 7, crn = (register >> 7) & 15, crm = (register >> 3) & 15, op2 = register & 7;
        int iss = (op0 << 20) | (op2 << 17) | (op1 << 14) | (crn << 10) | (general << 5) | (crm << 1) | (read ? 1 : 0);
        return new((read ? 0xd520_0000 : 0xd500_0000) | ((uint)register << 5) | (uint)general, Register, (uint)iss);
    }

    /// <summary>A load or store of one register, unsigned offset: the syndrome says all that is needed to emulate it.</summary>
    private static Expected Access(Random random, ExceptionRecord record)
    {
        (uint scale, uint operation) = random.Next(4) switch
        {
            0 => ((uint)random.Next(4), 0u),
            1 => ((uint)random.Next(4), 1u),
            2 => ((uint)random.Next(3), 2u),
            _ => ((uint)random.Next(2), 3u),
        };
        uint offset = (uint)random.Next(0x1000), to = (uint)random.Next(32), from = (uint)random.Next(31);
        ulong address = Unmapped(random) & ~((1UL << (int)scale) - 1);
        record[X((int)from)] = address - ((ulong)offset << (int)scale);
        bool wide = operation == 2 || (operation < 2 && scale == 3), signed = operation >= 2;
        uint iss = (1 << 24) | (scale << 22) | (signed ? 1u << 21 : 0) | (to << 16) | (wide ? 1u << 15 : 0) | (operation == 0 ? 1u << 6 : 0) | Level1;
        return new(0x3900_0000 | (scale << 30) | (operation << 22) | (offset << 10) | (from << 5) | to, DataAbort, iss) { Address = address, Stage2 = true };
    }

    /// <summary>A pair: ISV is 0.</summary>
    private static Expected AccessPair(Random random, ExceptionRecord record)
    {
        bool load = random.Next(2) == 0;
        uint from = (uint)random.Next(31), first = (uint)random.Next(16), second = first + 1 + (uint)random.Next(15);
        ulong address = Unmapped(random) & ~0xfUL;
        record[X((int)from)] = address;
        return new((load ? 0xa940_0000 : 0xa900_0000) | (second << 10) | (from << 5) | first, DataAbort, (load ? 0 : 1u << 6) | Level1) { Address = address, Stage2 = true };
    }

    private static Expected Access32(Random random, ExceptionRecord record)
    {
        bool load = random.Next(2) == 0;
        uint to = (uint)random.Next(15), from = (uint)random.Next(15);
        ulong address = (Unmapped(random) & 0x7fff_fffc) | 0x8000_0000;
        record[X((int)from)] = address;
        return new((load ? 0xe590_0000 : 0xe580_0000) | (from << 16) | (to << 12), DataAbort, (1 << 24) | (2 << 22) | (to << 16) | (load ? 0 : 1u << 6) | Level1) { Address = address, Stage2 = true };
    }

    private static Func<Random, ExceptionRecord, Expected> Fetch(ulong mask) => (random, record) =>
    {
        ulong address = (Unmapped(random) & mask) | 0x8000_0000;
        record[Pc] = address;
        return new(Nop, InstructionAbort, Level1) { Address = address, Stage2 = true };
    };

    private static Expected Misaligned(Random random, ExceptionRecord record)
    {
        record[Pc] += (ulong)random.Next(1, 4);
        return new(Nop, MisalignedPc) { Address = record[Pc] };
    }

    private static Func<Random, ExceptionRecord, Expected> Interrupted(uint instruction) => (_, record) =>
    {
        record[Interrupt] = 1;
        return new(instruction, null);
    };

    /// <summary>An address of 39 bits beyond the block that is mapped.</summary>
    private static ulong Unmapped(Random random) => (ulong)random.NextInt64(0x8000_0000, 1L << 39);
}
