using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;

namespace Redoubt.Check.Tests;

/// <summary>Each word that decides what a device reaches, and each instruction that tells the SMMU, changed: refused for the right reason.</summary>
public sealed class SmmuMutants
{
    private const ulong AddressBits = 0x0000_ffff_ffff_f000, Block = 0x20_0000, EntrySize = 64;
    private const ulong Setup = Layout.BootInfo + 0x8a0;

    // mov xzr, xzr
    private const uint Nothing = 0xaa1f_03ff;

    private static readonly ulong Streams = Subject.Area("kernel", "stream table").Address, Context = Subject.Area("kernel", "DMA context of linux").Address,
        Tables = Subject.Area("kernel", "DMA tables of linux").Address, Commands = Subject.Area("kernel", "SMMU commands").Address,
        Memory = Subject.Area("linux", "memory").Address;

    /// <summary>Where a block of guest memory is mapped for devices.</summary>
    private static readonly ulong Leaf = (Subject.Image.Word(Tables + 8) & AddressBits) + (((GuestMap.Ram >> 21) & 511) * 8);

    /// <summary>A word, changed, and why it is refused.</summary>
    private sealed record Mutant(ulong Address, Func<ulong, ulong> Change, string Rule, string Message);

    private static readonly Dictionary<string, Mutant> All = new()
    {
        ["a stream of nobody is let in"] = Of(Streams + (5 * EntrySize) + 8, word => word ^ 1, "stream", "of stream 0x5 of linux"),
        ["a stream bypasses translation"] = Of(Streams + (0xfff * EntrySize), word => word & ~2UL, "stream", "of stream 0xfff of linux"),
        ["a stream bypasses stage 1"] = Of(Streams, word => word & ~0xeUL, "stream", "of stream 0x0 of linux"),
        ["a stream is off"] = Of(Streams + (0x100 * EntrySize), _ => 0, "stream", "of stream 0x100 of linux"),
        ["a stream with another context"] = Of(Streams + (7 * EntrySize), word => word + EntrySize, "stream", "of stream 0x7 of linux"),
        ["a stream with several contexts"] = Of(Streams + (7 * EntrySize), word => word | (1UL << 59), "stream", "of stream 0x7 of linux"),
        ["translated requests of a device are believed"] = Of(Streams + (9 * EntrySize) + 8, word => word | (1 << 28), "stream", "of stream 0x9 of linux"),
        ["a stream of EL2"] = Of(Streams + (9 * EntrySize) + 8, word => word | (2UL << 30), "stream", "of stream 0x9 of linux"),
        ["faults of a stream are merged"] = Of(Streams + (9 * EntrySize) + 8, word => word | (1 << 19), "stream", "of stream 0x9 of linux"),
        ["words of stage 2"] = Of(Streams + (9 * EntrySize) + 16, word => word | 1, "stream", "of stream 0x9 of linux"),
        ["another's tables"] = Of(Context + 8, _ => Subject.Area("kernel", "own tables").Address, "SMMU", "in DMA context of linux"),
        ["tables of stage 2"] = Of(Context + 8, _ => Subject.Area("kernel", "tables of linux").Address, "SMMU", "in DMA context of linux"),
        ["a context of more bits"] = Of(Context, word => word - 1, "SMMU", "in DMA context of linux"),
        ["the upper half of addresses too"] = Of(Context, word => word & ~(1UL << 30), "SMMU", "in DMA context of linux"),
        ["top bytes are ignored"] = Of(Context, word => word | (1UL << 38), "SMMU", "in DMA context of linux"),
        ["faults are not recorded"] = Of(Context, word => word & ~(1UL << 45), "SMMU", "in DMA context of linux"),
        ["faults read as zero"] = Of(Context, word => word & ~(1UL << 46), "SMMU", "in DMA context of linux"),
        ["faults stall"] = Of(Context, word => word | (1UL << 44), "SMMU", "in DMA context of linux"),
        ["another ASID"] = Of(Context, word => word + (1UL << 48), "SMMU", "in DMA context of linux"),
        ["memory of another type"] = Of(Context + 24, _ => 0x44, "SMMU", "in DMA context of linux"),
        ["a second context"] = Of(Context + 64, _ => 1UL << 31, "SMMU", "in DMA context of linux"),
        ["a command too few"] = Of(Commands, _ => 0x46, "SMMU", "in SMMU commands"),
        ["a command too many"] = Of(Commands + 48, _ => 0x46, "SMMU", "in SMMU commands"),
        ["a page of the kernel"] = Of(Leaf, To(Layout.Kernel), "owner", "kernel's code"),
        ["a page of a service"] = Of(Leaf, To(Layout.Free), "owner", "not for devices of linux"),
        ["the interrupt controller"] = Of(Leaf, To(0x800_0000), "owner", "kernel's GIC distributor"),
        ["the SMMU itself"] = Of(Leaf, To(0x900_0000), "owner", "devices of linux"),
        ["a device"] = Of(Leaf, To(0x1000_0000), "owner", "linux's device pcie"),
        ["another block of its own"] = Of(Leaf, entry => entry + Block, "place", "linux's memory"),
        ["a block that is gone"] = Of(Leaf, _ => 0, "whole", "linux's memory"),
        ["a block too many"] = Of(Leaf + (300 * 8), _ => Subject.Image.Word(Leaf), "place", "linux's memory"),
        ["a block of nobody"] = Of(Leaf + (300 * 8), _ => (Subject.Image.Word(Leaf) & ~AddressBits) | 0x4f00_0000, "owner", "which is nobody's"),
        ["a block that devices execute"] = Of(Leaf, entry => entry & ~(1UL << 54), "attributes", "the execute-never bit"),
        ["a block that privileged devices execute"] = Of(Leaf, entry => entry & ~(1UL << 53), "attributes", "the execute-never bit"),
        ["a block of any ASID"] = Of(Leaf, entry => entry & ~(1UL << 11), "attributes", "a bit that has no use here"),
        ["a block for privileged devices"] = Of(Leaf, entry => entry & ~(1UL << 6), "attributes", "the access permission"),
        ["a block that is read-only"] = Of(Leaf, entry => entry | (1 << 7), "attributes", "the access permission"),
        ["a block without access flag"] = Of(Leaf, entry => entry & ~(1UL << 10), "attributes", "the access flag"),
        ["a block of another type"] = Of(Leaf, entry => entry | (1 << 2), "attributes", "the memory type"),
        ["a table of another"] = Of(Tables + 8, To(Subject.Area("kernel", "tables of linux").Address + 0x1000), "table", "outside of kernel's DMA tables of linux"),
        ["the loader is told of no SMMU"] = Of(Setup, _ => 0, "SMMU", "the loader is told 0x0 of the SMMU, not 0x9050000"),
        ["another SMMU"] = Of(Setup, word => word + 0x2_0000, "SMMU", "not 0x9050000"),
        ["another stream table"] = Of(Setup + 8, _ => Memory, "SMMU", "of the SMMU, not"),
        ["a stream table of more bits"] = Of(Setup + 16, _ => 16, "SMMU", "told 0x10 of the SMMU, not 0xc"),
        ["other commands"] = Of(Setup + 24, _ => Memory, "SMMU", "of the SMMU, not"),
        ["fewer commands"] = Of(Setup + 40, _ => 2, "SMMU", "told 0x2 of the SMMU, not 0x3"),
        ["another event queue"] = Of(Setup + 48, _ => Layout.Kernel, "SMMU", "told 0x40400000 of the SMMU"),
        ["a larger event queue"] = Of(Setup + 56, _ => 19, "SMMU", "told 0x13 of the SMMU, not 0x10"),
        ["another distributor"] = Of(Setup + 64, _ => 0x900_0000, "SMMU", "told 0x9000000 of the SMMU"),
        ["another interrupt"] = Of(Setup + 72, _ => 33, "SMMU", "told 0x21 of the SMMU, not 0x6a"),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>Stores to registers, and branches back while the SMMU has not acknowledged one, in the loader's Smmu.</summary>
    public static TheoryData<string, ulong> Steps
    {
        get
        {
            TheoryData<string, ulong> steps = [];
            foreach (Symbol function in Subject.Loader.Functions.Where(function => function.Name.Contains("_Smmu__", StringComparison.Ordinal)))
            {
                for (ulong address = function.Address; address < Subject.Loader.EndOf(function); address += 4)
                {
                    if (Decoder.TryDecode(address, Subject.Loader.InstructionAt(address)!.Value) is { Opcode: Opcode.StoreRelease or Opcode.BranchConditional or Opcode.CompareBranch } step)
                        steps.Add($"{step.Opcode}", address);
                }
            }

            return steps;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_changed_word_is_refused(string name)
    {
        Mutant mutant = All[name];
        Refused.Because(Subject.Damaged(mutant.Address, mutant.Change).Config(), mutant.Rule, mutant.Message);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_step_that_is_left_out_is_noticed(string what, ulong address) =>
        Assert.False(Subject.Patched(address, Nothing).Boot().Holds, $"{what} at 0x{address:x} was not missed");

    [Fact]
    public void All_steps_are_tried() => Assert.Equal((20, 7), (Steps.Count(step => step.Data.Item1 == "StoreRelease"), Steps.Count(step => step.Data.Item1 != "StoreRelease")));

    [Fact]
    public void Nobody_writes_it_afterwards()
    {
        // The kernel's own tables don't map it, and a stage 2 that does is refused.
        Assert.DoesNotContain(Subject.Image.Map.Areas, area => area.Owner == "kernel" && area.Address - 0x905_0000 < 0x2_0000);
        Refused.Because(Subject.Damaged(EntryOfDevice("console"), To(0x905_0000)).Config(), "owner", "loader's SMMU");
    }

    /// <summary>Where the entry stands that maps a partition's first device.</summary>
    private static ulong EntryOfDevice(string partition)
    {
        ulong table = Subject.Area("kernel", $"tables of {partition}").Address;
        foreach (int shift in (int[])[30, 21])
            table = Subject.Image.Word(table + ((Layout.Devices >> shift & 511) * 8)) & AddressBits;
        return table + ((Layout.Devices >> 12 & 511) * 8);
    }

    private static Mutant Of(ulong address, Func<ulong, ulong> change, string rule, string message) => new(address, change, rule, message);

    private static Func<ulong, ulong> To(ulong address) => entry => (entry & ~AddressBits) | address;
}
