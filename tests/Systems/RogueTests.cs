using System.Diagnostics;
using Redoubt.Abi;
using Redoubt.Image;
using Xunit;

namespace Redoubt.Systems;

/// <summary>
/// A guest has its disk read and write memory at more than ten thousand addresses: those of the kernel, of tables, of other partitions and devices, of
/// nobody, and on both sides of every boundary. With the SMMU nothing is reached; without it the same test finds that everything was.
/// </summary>
public sealed class RogueTests
{
    private const int Least = 10_000;
    private const ulong Ram = GuestMap.Ram, RamEnd = GuestMap.Ram + (4 << 20);

    [Fact]
    public void EveryAccessIsStoppedAndRecorded()
    {
        using RogueMachine rogue = new();
        Machine machine = rogue.Machine;
        // The owner's monitor tells of the first of them.
        machine.Expect(@"\*\*\* rogue: DMA of stream 0x0010 from 0x0000000040400000 refused");
        machine.Expect("refused; more of them are counted only");
        rogue.Expect("rogue: done, own memory is still reached");
        machine.Expect("heartbeat: beat ");
        Assert.DoesNotContain("UNCONFINED", machine.Text);
        Assert.DoesNotContain("FAILED", machine.Text);
        Assert.DoesNotContain("DISTURBED", machine.Text);

        IReadOnlyList<ulong> targets = rogue.Targets;
        Assert.True(targets.Distinct().Count() >= Least, $"{targets.Count} targets");
        Assert.Contains(Layout.Kernel, targets);
        byte[] memory = rogue.Memory;
        Assert.Empty(rogue.ReadBy());
        Assert.Empty(RogueMachine.Marks(rogue.Map, memory));
        Assert.Empty(rogue.Changed(memory));

        IReadOnlyList<(uint Stream, ulong Address)> recorded = DmaRecord.Read(rogue.Map, memory);
        Assert.All(recorded, fault => Assert.Equal(RogueMachine.DiskStream, fault.Stream));
        HashSet<ulong> addresses = [.. recorded.Select(fault => fault.Address)];
        // Of an access that begins in its own memory, what lies behind is refused.
        Assert.Empty(targets.Where(target => !addresses.Contains(target >= Ram && target < RamEnd ? RamEnd : target)).Select(target => $"0x{target:x}"));
        Assert.DoesNotContain(addresses, address => address >= Ram && address < RamEnd);
    }

    [Fact]
    public void WithoutTheSmmuTheSameTestFindsWhatWasDone()
    {
        // The loader is told of no SMMU.
        const int Setup = (int)(Layout.BootInfo - Layout.LoadBase) + 0x8a0;
        using RogueMachine rogue = new(image => image.Span.Slice(Setup, sizeof(ulong)).Clear());
        rogue.Machine.Expect("rogue: the disk is UNCONFINED");
        rogue.Expect("rogue: asked to read");
        PlacedArea code = rogue.Map.Areas.Single(area => area is { Owner: "kernel", Purpose: "code" });
        Assert.Contains(rogue.ReadBy(), target => target >= code.Address && target < code.End);

        // Writing kills everybody, the rogue too.
        long start = Stopwatch.GetTimestamp();
        byte[] memory;
        do
        {
            memory = rogue.Memory;
            Assert.True(Stopwatch.GetElapsedTime(start) < Machine.Patience, "nothing was written");
        }
        while (!RogueMachine.Marks(rogue.Map, memory).Any(address => address >= code.Address && address < code.End));
        Assert.Contains("kernel's code", rogue.Changed(memory));
        Assert.Empty(DmaRecord.Read(rogue.Map, memory));
    }
}
