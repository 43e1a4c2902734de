using CsCheck;

namespace Redoubt.Kernel.Tests;

/// <summary>What guests see of the CPU's features.</summary>
public class IdentificationTests
{
    private const int Pfr0Aarch32 = 8, Dfr0Aarch32 = 10, Pfr0 = 32, Pfr1 = 33, Zfr0 = 36, Smfr0 = 37, Dfr0 = 40, Isar0 = 48, Isar1 = 49,
        Isar2 = 50, Mmfr0 = 56, Mmfr1 = 57, Mmfr2 = 58, Mmfr3 = 59;

    /// <summary>Features whose state isn't switched or confined, or that guests can't have: register, bit, name.</summary>
    private static readonly (int Register, int Shift, string Name)[] _hidden =
    [
        (Pfr0Aarch32, 20, "AMU"), (Pfr0Aarch32, 28, "RAS"), (Dfr0Aarch32, 24, "PerfMon"), (Dfr0Aarch32, 28, "TraceFilt"),
        (Pfr0, 8, "EL2"), (Pfr0, 12, "EL3"), (Pfr0, 28, "RAS"), (Pfr0, 32, "SVE"), (Pfr0, 36, "SEL2"), (Pfr0, 40, "MPAM"), (Pfr0, 44, "AMU"),
        (Pfr0, 52, "RME"), (Pfr1, 8, "MTE"), (Pfr1, 12, "RAS_frac"), (Pfr1, 16, "MPAM_frac"), (Pfr1, 24, "SME"), (Pfr1, 36, "NMI"),
        (Pfr1, 44, "GCS"), (Pfr1, 48, "THE"), (Dfr0, 4, "TraceVer"), (Dfr0, 8, "PMUVer"), (Dfr0, 32, "PMSVer"), (Dfr0, 40, "TraceFilt"),
        (Dfr0, 44, "TraceBuffer"), (Dfr0, 48, "MTPMU"), (Dfr0, 52, "BRBE"), (Isar0, 24, "TME"), (Isar1, 4, "APA"), (Isar1, 8, "API"),
        (Isar1, 24, "GPA"), (Isar1, 28, "GPI"), (Isar1, 56, "XS"), (Isar1, 60, "LS64"), (Isar2, 0, "WFxT"), (Isar2, 8, "GPA3"),
        (Isar2, 12, "APA3"), (Isar2, 16, "MOPS"), (Isar2, 24, "PAC_frac"), (Mmfr0, 56, "FGT"), (Mmfr0, 60, "ECV"), (Mmfr1, 4, "VMIDBits"),
        (Mmfr1, 8, "VH"), (Mmfr1, 16, "LO"), (Mmfr1, 40, "HCX"), (Mmfr1, 52, "TIDCP1"), (Mmfr2, 12, "IESB"), (Mmfr2, 24, "NV"),
        (Mmfr2, 40, "FWB"), (Mmfr2, 56, "EVT"), (Zfr0, 0, "SVEver"), (Smfr0, 60, "SMEver"), (Mmfr3, 0, "TCRX"), (Mmfr3, 8, "S1PIE"),
    ];

    [Fact]
    public void ACortexA72KeepsWhatItHas()
    {
        (int, ulong)[] cpu =
        [
            (Pfr0Aarch32, 0x131), (Dfr0Aarch32, 0x0301_0066), (Pfr0, 0x0100_2222), (Dfr0, 0x1030_5106), (Isar0, 0x0001_1120),
            (Mmfr0, 0x0000_1124),
        ];
        (int, ulong)[] guest =
        [
            (Pfr0Aarch32, 0x131), (Dfr0Aarch32, 0x66), (Pfr0, 0x0100_0012), (Dfr0, 0x1030_5006), (Isar0, 0x0001_1120),
            (Mmfr0, 0x0000_1122),
        ];
        AssertSeen(cpu, guest);
    }

    /// <summary>Field values as of QEMU's <c>-cpu max</c>, pointer authentication in both forms.</summary>
    [Fact]
    public void ALargeCpuShowsOnlyWhatIsSwitchedOrConfined()
    {
        (int, ulong)[] cpu =
        [
            (Pfr0, 0x1201_0011_2111_2222), (Pfr1, 0x0000_0010_0100_0321), (Zfr0, 0x0110_1101_0012_1021), (Smfr0, 0x80f1_00fd_0000_0000),
            (Dfr0, 0x000f_01f1_1030_5609), (Isar0, 0x1221_1111_1021_2120), (Isar1, 0x0011_1111_1121_1152), (Isar2, 0x0000_0000_0011_0002),
            (Mmfr0, 0x2100_0322_1021_1126), (Mmfr1, 0x0110_0120_1031_2122), (Mmfr2, 0x1221_0111_1201_1011), (Mmfr3, 0x1),
        ];
        (int, ulong)[] guest =
        [
            (Pfr0, 0x1101_0000_0111_0012), (Pfr1, 0x21), (Dfr0, 0x0000_00f0_1030_5009), (Isar0, 0x1221_1111_1021_2120),
            (Isar1, 0x0011_1111_0021_1002), (Isar2, 0x0010_0000), (Mmfr0, 0x1021_1122), (Mmfr1, 0x0000_0020_0030_2002),
            (Mmfr2, 0x1021_0011_1001_0011),
        ];
        AssertSeen(cpu, guest);
    }

    [Fact]
    public void NoCpuShowsAHiddenFeature() => Gen.ULong.Array[64].Sample(cpu =>
    {
        MachineState found = Find(cpu);
        foreach ((int register, int shift, string name) in _hidden)
            Assert.True(((found.Identification[register] >> shift) & 0xf) == 0, name);
    }, iter: 2000, threads: 1);

    /// <summary>A field is the CPU's, or absent; three are bounded.</summary>
    [Fact]
    public void NoFeatureIsInvented() => Gen.ULong.Array[64].Sample(cpu =>
    {
        MachineState found = Find(cpu);
        for (int register = 8; register < 64; register++)
        {
            for (int shift = 0; shift < 64; shift += 4)
            {
                ulong has = (cpu[register] >> shift) & 0xf, seen = (found.Identification[register] >> shift) & 0xf;
                bool allowed = (register, shift) switch
                {
                    (Pfr0, 4) => seen == 1,                     // EL1
                    (Pfr0, 56) => seen == Math.Min(has, 1),     // CSV2
                    (Mmfr0, 0) => seen == Math.Min(has, 2),     // PARange
                    _ => seen == has || seen == 0,
                };
                Assert.True(allowed, $"register {register}, bit {shift}: {seen} of {has}");
            }
        }
    }, iter: 500, threads: 1);

    [Theory]
    [InlineData(Pfr0, 28)]
    [InlineData(Pfr1, 24)]
    [InlineData(Mmfr0, 56)]
    [InlineData(Mmfr1, 40)]
    [InlineData(Mmfr1, 20)]
    public void WhatTheKernelItselfNeedsIsNoted(int register, int shift)
    {
        ulong[] cpu = new ulong[64];
        Assert.Equal([0, 0, 0, 0, 0], Noted(cpu));
        cpu[register] = 1UL << shift;
        ulong[] expected =
        [
            (register, shift) == (Pfr0, 28) ? 1UL : 0,
            (register, shift) == (Pfr1, 24) ? 1UL : 0,
            (register, shift) == (Mmfr0, 56) ? 1UL : 0,
            (register, shift) == (Mmfr1, 40) ? 1UL : 0,
            (register, shift) == (Mmfr1, 20) ? 1UL << 22 : 0,
        ];
        Assert.Equal(expected, Noted(cpu));
    }

    private static ulong[] Noted(ulong[] cpu)
    {
        MachineState found = Find(cpu);
        return [found.HasRas, found.HasSme, found.HasFineTraps, found.HasExtensions, found.Pan];
    }

    private static void AssertSeen((int Register, ulong Value)[] cpu, (int Register, ulong Value)[] guest)
    {
        MachineState found = Find(Registers(cpu));
        ulong[] expected = Registers(guest);
        for (int register = 8; register < 64; register++)
            Assert.Equal((register, expected[register]), (register, found.Identification[register]));
    }

    private static ulong[] Registers((int Register, ulong Value)[] values)
    {
        ulong[] registers = new ulong[64];
        foreach ((int register, ulong value) in values)
            registers[register] = value;
        return registers;
    }

    private static MachineState Find(ulong[] cpu)
    {
        Model.Hardware.Now = new Model.Hardware(1) { Identification = cpu };
        MachineState found = default;
        Identification.Initialise(ref found);
        return found;
    }
}
