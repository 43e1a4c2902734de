using CsCheck;
using Redoubt.Abi;

namespace Redoubt.Monitor.Tests;

public sealed class GicTests : IDisposable
{
    private const ulong Gicd = GuestMap.Distributor;
    private const ulong Uart = 1UL << (int)GuestMap.UartInterrupt;
    private const uint UartShared = 1U << (int)(GuestMap.UartInterrupt - 32);
    private readonly Board _board = new(vcpus: 3);

    private static ulong Gicr(int vcpu) => GuestMap.Redistributors + GuestMap.RedistributorStride * (ulong)vcpu;

    private static ulong Private(int vcpu) => Gicr(vcpu) + GicRegisters.Private;

    [Fact]
    public void IdentifiesItselfAsLinuxExpects()
    {
        Assert.Equal(0x3bU, _board.Read(Gicd + 0xffe8));
        Assert.Equal(0x3bU, _board.Read(Gicr(0) + 0xffe8));
        Assert.Equal(0x50U, _board.Read(Gicd));
        ulong type = _board.Read(Gicd + 4);
        Assert.Equal(1UL, type & 0x1f);
        Assert.Equal(9UL, type >> 19 & 0x1f);
        Assert.Equal(0UL, type & (1 << 17 | 1 << 8));
    }

    [Fact]
    public void RedistributorsTellAffinityAndWhoIsLast()
    {
        for (int i = 0; i < 3; i++)
        {
            ulong type = _board.Read(Gicr(i) + 8, 8);
            Assert.Equal((ulong)i, type >> 32);
            Assert.Equal((ulong)i, type >> 8 & 0xffff);
            Assert.Equal(i == 2, (type & GicRegisters.Last) != 0);
            Assert.Equal((uint)type, _board.Read(Gicr(i) + 8));
            Assert.Equal((uint)i, _board.Read(Gicr(i) + 12));
        }
    }

    [Fact]
    public void WakesUp()
    {
        Assert.Equal(6UL, _board.Read(Gicr(1) + 0x14));
        _board.Write(Gicr(1) + 0x14, 0);
        Assert.Equal(0UL, _board.Read(Gicr(1) + 0x14));
        Assert.Equal(6UL, _board.Read(Gicr(0) + 0x14));
    }

    [Fact]
    public void AnInterruptIsForwardedIfItAndItsGroupAndTheDistributorAreEnabled()
    {
        _board.Write(Gicd + 0x104, UartShared);
        Assert.Equal(0UL, Enabled(0));
        _board.Write(Gicd, 2);
        Assert.Equal(Uart, Enabled(0));
        _board.Write(Gicd + 0x84, ~UartShared);
        Assert.Equal(0UL, Enabled(0));
        _board.Write(Gicd + 0x84, ~0U);
        _board.Write(Gicd + 0x184, UartShared);
        Assert.Equal(0UL, Enabled(0));
        Assert.Equal(0UL, _board.Read(Gicd + 0x104));
    }

    [Fact]
    public void PrivateInterruptsAreEachVcpusOwn()
    {
        StartAll();
        _board.Write(Gicd, 2);
        _board.Write(Private(1) + 0x100, 1 << 27 | 1);
        Assert.Equal(0UL, Enabled(0));
        Assert.Equal(1UL << 27 | 1, Enabled(1));
        Assert.Equal(1UL << 27 | 1, _board.Read(Private(1) + 0x180));
        Assert.Equal(0UL, _board.Read(Gicd + 0x100));
    }

    [Fact]
    public void ARouteMovesLineAndEnable()
    {
        StartAll();
        Listen();
        _board.Type("x");
        Assert.Equal(Uart, Line(0));
        _board.Write(Gicd + 0x6000 + 8 * GuestMap.UartInterrupt, 2, size: 8);
        Assert.Equal((0UL, Uart), (Line(0), Line(2)));
        Assert.Equal((0UL, Uart), (Enabled(0), Enabled(2)));
        Assert.Equal(2UL, _board.Read(Gicd + 0x6000 + 8 * GuestMap.UartInterrupt, 8));
        Assert.Equal(2UL, _board.Read(Gicd + 0x6000 + 8 * GuestMap.UartInterrupt));
        Assert.Equal('x', (char)_board.Read(GuestMap.Uart, vcpu: 1));
        _board.Settle();
        Assert.Equal(0UL, Line(2));
    }

    [Fact]
    public void ARouteTakesALatchedInterruptAlong()
    {
        StartAll();
        _board.Write(Gicd + 0x204, 4);
        Assert.Equal(1UL << 34, Pending(0));
        _board.Write(Gicd + 0x6000 + 8 * 34, 1, size: 8);
        Assert.Equal((0UL, 1UL << 34), (Pending(0), Pending(1)));
    }

    [Fact]
    public void ARouteToNobodyKeepsTheInterruptUntilThereIsSomebody()
    {
        StartAll();
        _board.Write(Gicd + 0x6000 + 8 * 34, 0x100, size: 8);
        _board.Write(Gicd + 0x204, 4);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(0UL, Pending(i)));
        AnswerQuestions();
        Assert.Equal(4UL, _board.Read(Gicd + 0x204));
        _board.Write(Gicd + 0x6000 + 8 * 34, 1);
        Assert.Equal(1UL << 34, Pending(1));
    }

    [Fact]
    public void AnInterruptForAVcpuThatIsOffArrivesWhenItStarts()
    {
        _board.Write(Gicd + 0x6000 + 8 * 34, 1, size: 8);
        _board.Write(Gicd + 0x204, 4);
        StartAll();
        Assert.Equal(1UL << 34, Pending(1));
    }

    [Fact]
    public void StateOfAnotherVcpuIsAskedFromItsMonitor()
    {
        StartAll();
        Board.Vcpu(1).Words[VirtualField.Pending] = 1 << 27;
        Board.Vcpu(1).Words[VirtualField.Active] = 1 << 26;
        AnswerQuestions();
        Assert.Equal(1UL << 27, _board.Read(Private(1) + 0x200));
        Assert.Equal(1UL << 26, _board.Read(Private(1) + 0x380));
        Assert.Equal(0UL, _board.Read(Private(0) + 0x200));
    }

    [Fact]
    public void ActiveInterruptsCanBeDeactivated()
    {
        StartAll();
        Board.Vcpu(2).Words[VirtualField.Active] = 1 << 27 | 1 << 26;
        _board.Write(Private(2) + 0x380, 1 << 27);
        Assert.Equal(1UL << 26, Board.Vcpu(2).Words[VirtualField.Active]);
    }

    [Fact]
    public void APendedInterruptCanBeUnpended()
    {
        _board.Write(Private(0) + 0x200, 1 << 20);
        Assert.Equal(1UL << 20, Pending(0));
        _board.Write(Private(0) + 0x280, 1 << 20);
        Assert.Equal(0UL, Pending(0));
    }

    [Fact]
    public void AnEdgeIsLatchedALevelIsNot()
    {
        Listen();
        _board.Write(Gicd + 0xc08, 2 << (2 * 1));
        Assert.Equal(2UL << 2, _board.Read(Gicd + 0xc08));
        _board.Type("x");
        Assert.Equal((0UL, Uart), (Line(0), Pending(0)));
        Assert.Equal('x', (char)_board.Read(GuestMap.Uart));
        Assert.Equal(Uart, Pending(0));
    }

    [Fact]
    public void SgisStayEdgeTriggered()
    {
        _board.Write(Private(0) + 0xc00, 0);
        Assert.Equal(0xaaaa_aaaaUL, _board.Read(Private(0) + 0xc00));
        _board.Write(Private(0) + 0xc04, 0xaaaa_aaaa);
        Assert.Equal(0xaaaa_aaaaUL, _board.Read(Private(0) + 0xc04));
    }

    [Fact]
    public void PrioritiesHaveFiveBitsAndReachTheKernel()
    {
        _board.Write(Gicd + 0x420, 0xa1a2_a3a7);
        Assert.Equal(0xa0a0_a0a0UL, _board.Read(Gicd + 0x420));
        _board.Write(Gicd + 0x421, 0xff, size: 1);
        Assert.Equal(0xf8UL, _board.Read(Gicd + 0x421, 1));
        Assert.Equal([0xa0UL, 0xf8, 0xa0, 0xa0], Board.Vcpu(0).Priorities[32..36]);
        _board.Write(Private(0) + 0x41b, 0x60, size: 1);
        Assert.Equal(0x60UL, Board.Vcpu(0).Priorities[27]);
    }

    [Fact]
    public void AVcpuThatStartsIsToldItsPriorities()
    {
        _board.Write(Private(1) + 0x41b, 0x60, size: 1);
        Assert.Equal(0UL, Board.Vcpu(1).Priorities[27]);
        StartAll();
        Assert.Equal(0x60UL, Board.Vcpu(1).Priorities[27]);
    }

    [Fact]
    public void AnyAccessIsAnswered()
    {
        StartAll();
        AnswerQuestions();
        Gen.Select(Gen.ULong[0, 0x6_ffff], Gen.Int[0, 3], Gen.ULong, Gen.Bool, Gen.Int[0, 2]).Sample((place, log, value, isWrite, vcpu) =>
        {
            // The distributor and three redistributors.
            ulong frame = place < 0x1_0000 ? Gicd : GuestMap.Redistributors - 0x1_0000;
            ulong address = frame + (place & (~0UL << log));
            if (isWrite)
                _board.Write(address, value, 1 << log, vcpu);
            else
                _board.Read(address, 1 << log, vcpu);
        }, iter: 20_000, threads: 1);
    }

    [Fact]
    public void ReservedRegistersReadZero()
    {
        foreach (ulong offset in new ulong[] { 0x0c, 0x40, 0x100, 0x108, 0x800, 0xc10, 0xe00, 0xf00, 0x6000, 0x60f8, 0x6200, 0xfff0 })
        {
            _board.Write(Gicd + offset, ~0UL);
            Assert.Equal(0UL, _board.Read(Gicd + offset));
        }
    }

    public void Dispose() => _board.Dispose();

    private static ulong Enabled(int vcpu) => Board.Vcpu(vcpu).Words[VirtualField.Enabled];

    private static ulong Line(int vcpu) => Board.Vcpu(vcpu).Words[VirtualField.Line];

    private static ulong Pending(int vcpu) => Board.Vcpu(vcpu).Words[VirtualField.Pending];

    private void StartAll()
    {
        for (ulong i = 1; i < 3; i++)
            Assert.Equal(0UL, _board.Call(Psci.CpuOn | Smccc.Wide, i, _board.Ram)!.Value.V0);
    }

    private void Listen()
    {
        _board.Write(GuestMap.Uart + Pl011.Mask, Pl011.ReceiveInterrupt);
        _board.Write(Gicd, 2);
        _board.Write(Gicd + 0x104, UartShared);
    }

    // While a monitor's vCPU waits for an answer, those that it notified run.
    private void AnswerQuestions() => Partition.Kernel.State.OnWait = _board.Settle;
}
