using Redoubt.Proof.Check.Boot;
using Redoubt.Proof.Isa;

namespace Redoubt.Check.Tests;

/// <summary>One instruction of the boot path, taken away, is noticed by its effect: nothing here looks at the bytes of the code.</summary>
public sealed class BootMutants
{
    // mov xzr, xzr
    private const uint Nothing = 0xaa1f_03ff;

    /// <summary>What Boot.S does and the C# after it does again, before the first ERET.</summary>
    private static readonly string[] Repeated = ["VTTBR_EL2", "HCR_EL2", "CNTHP_CTL_EL2", "TLBI ALLE1"];

    public static TheoryData<string, ulong> RegisterWrites => Of(
        "secondary", "boot_read_identification", Opcode.WriteSystem, instruction => !Repeated.Contains(Name(instruction)));

    public static TheoryData<string, ulong> Invalidations => Of("secondary", "boot_read_identification", Opcode.Maintain, instruction => !Repeated.Contains(Name(instruction)));

    /// <summary>Stores and loads of a switch to a vCPU.</summary>
    public static TheoryData<string, ulong> Loads
    {
        get
        {
            TheoryData<string, ulong> loads = Of("context_load_user", "context_save_el1", Opcode.WriteSystem, _ => true);
            loads.AddRange(Of("resume", "idle", Opcode.WriteSystem, _ => true));
            return loads;
        }
    }

    [Theory]
    [MemberData(nameof(RegisterWrites))]
    [MemberData(nameof(Invalidations))]
    [MemberData(nameof(Loads))]
    public void An_instruction_that_is_gone_is_noticed(string what, ulong address)
    {
        TheoremResult boot = Subject.Patched(address, Nothing).Boot();
        Assert.False(boot.Holds, $"{what} at 0x{address:x} was not missed");
    }

    [Fact]
    public void Reasons_are_the_right_ones()
    {
        Refuse("secondary", i => Name(i) == "VTCR_EL2", "register", "CPU 0 (Armv8.0): VTCR_EL2 is not set");
        Refuse("secondary", i => Name(i) == "TLBI ALLE2", "boot", "turns the MMU on while old translations of EL2");
        Refuse("secondary", i => Name(i) == "IC IALLU", "boot", "old instructions may be in the cache");
        Refuse("cpu_forget_translations", i => i.Opcode == Opcode.Barrier && i.Variant == 11, "boot", "old translations of EL1 may be in the TLB");
        Refuse("cpu_write64", i => i.Opcode == Opcode.Store, "interrupts", "interrupt 33 does not go to the CPU");
        Refuse("context_load_user", i => i.Opcode == Opcode.WriteSystem, "register", "SP_EL0");
        Refuse("resume", i => Name(i) == "SPSR_EL2", "register", "SPSR_EL2 is not set");
        Refuse("Kernel_Redoubt_Kernel_Boot__Link", i => i.Opcode == Opcode.Store, "invariant", "is linked if the interrupt is backed by a physical one");
    }

    [Fact]
    public void The_kernel_is_the_one_that_is_proved()
    {
        ulong address = Subject.Kernel.AddressOf("trap");
        Refused.Because(Subject.Patched(address, Nothing).Kernel(), "kernel", $"0x{address:x}, in trap: not what");
    }

    [Fact]
    public void The_way_of_the_loader_is_checked()
    {
        // The image's first instruction, and the stores of the loader's zero_range (stp xzr, xzr).
        Refused.Because(Subject.Patched(Layout.LoadBase, Nothing).Boot(), "boot", "CPU 0 at 0x40200004 (loader, Armv8.0)");
        const uint ZeroFirst = 0xa900_7c1f;
        ulong store = Enumerable.Range(0, 0x4000).Select(i => Layout.Loader + ((ulong)i * 4)).First(at => (uint)Subject.Image.Word(at & ~7UL) == ZeroFirst
            ? (at & 4) == 0 : (at & 4) != 0 && Subject.Image.Word(at & ~7UL) >> 32 == ZeroFirst);
        Refused.Because(Subject.Patched(store, Nothing).Boot(), "zeroed", "is not zero at");
    }

    [Fact]
    public void Wrong_tables_of_the_kernel_stop_it()
    {
        // The root of the kernel's tables is empty: the first access after the MMU is on has no translation.
        ulong root = Subject.Area("kernel", "own tables").Address;
        Refused.Because(Subject.Damaged(root + 8, _ => 0).Boot(), "boot", "which its tables do not map");
    }

    private static void Refuse(string function, Func<Instruction, bool> which, string rule, string message)
    {
        ulong address = Subject.Kernel.AddressOf(function);
        while (!which(Decoder.TryDecode(address, Subject.Kernel.InstructionAt(address)!.Value) ?? default))
            address += 4;
        Refused.Because(Subject.Patched(address, Nothing).Boot(), rule, message);
    }

    private static TheoryData<string, ulong> Of(string from, string to, Opcode opcode, Func<Instruction, bool> which)
    {
        TheoryData<string, ulong> data = [];
        for (ulong address = Subject.Kernel.AddressOf(from), end = Subject.Kernel.AddressOf(to); address < end; address += 4)
        {
            if (Decoder.TryDecode(address, Subject.Kernel.InstructionAt(address)!.Value) is { } instruction && instruction.Opcode == opcode && which(instruction))
                data.Add(Name(instruction), address);
        }

        return data;
    }

    /// <summary>The register that an instruction names, as the check's messages call it.</summary>
    private static string Name(Instruction instruction) => instruction.Opcode is Opcode.WriteSystem or Opcode.Maintain ? BootRegisters.Name(instruction.System) : "";
}
