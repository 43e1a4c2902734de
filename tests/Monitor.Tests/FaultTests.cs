using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor.Tests;

public sealed class FaultTests : IDisposable
{
    private const ulong Described = 1 << 24, Store = 1 << 6, CacheMaintenance = 1 << 8, TableWalk = 1 << 7;
    private const ulong Signed = 1 << 21, Wide = 1 << 15;
    private readonly Board _board = new();

    [Theory]
    [InlineData(0x0900_0018, Described | 2 << 22 | TableWalk)] // the guest's page tables lie in a device
    [InlineData(0x0900_1000, Described | 2 << 22)] // past the UART
    [InlineData(0x0, 0)]
    [InlineData(0x080e_0000, Described | 2 << 22)] // past the last redistributor
    [InlineData(0x0a00_0400, Described | 2 << 22)]
    [InlineData(0x0900_0019, Described | 2 << 22)] // unaligned
    public void WhereNothingAnswersTheGuestTakesAnAbort(ulong address, ulong syndrome)
    {
        Assert.True(Fault(FaultKind.Data, syndrome, address, out Reply reply));
        Assert.Equal(ResumeAction.Abort, reply.Action);
    }

    [Fact]
    public void CacheMaintenanceOfADeviceDoesNothing()
    {
        Assert.True(Fault(FaultKind.Data, Store | CacheMaintenance, GuestMap.Uart, out Reply reply));
        Assert.Equal(ResumeAction.Advance, reply.Action);
    }

    [Fact]
    public void OtherTrapsAreUndefinedInstructions()
    {
        Assert.True(Fault(FaultKind.Other, Syndrome.SystemRegister << 26, 0, out Reply reply));
        Assert.Equal(ResumeAction.Undefined, reply.Action);
    }

    [Theory]
    [InlineData(0UL, 0x80, 0x80)]
    [InlineData(Signed, 0x80, 0xffff_ff80)]
    [InlineData(Signed | Wide, 0x80, 0xffff_ffff_ffff_ff80)]
    [InlineData(Signed | Wide, 0x7f, 0x7f)]
    [InlineData(Wide, 0x80, 0x80)]
    public void LoadsAreExtendedAsTheInstructionSays(ulong syndrome, ulong read, ulong loaded) =>
        Assert.Equal(loaded, new Syndrome(Described | syndrome).Extend(read | 0x5500));

    [Theory]
    [InlineData(FaultKind.Data, GuestMap.Uart, "can't be emulated")]
    [InlineData(FaultKind.Instruction, 0x1234_5000, "outside its memory")]
    [InlineData(FaultKind.SError, 0, "SError")]
    public void WhatCantBeServedIsACrashWithARecord(ulong kind, ulong address, string cause)
    {
        Assert.Equal(0UL, _board.Call(Psci.CpuOn | Smccc.Wide, 1, _board.Ram)!.Value.V0);
        _board.Call(Psci.Version);
        StringHeard heard = new(_board);
        Assert.False(Fault(kind, 0x9200_0000, address, out _));
        _board.Settle();
        string text = heard.Text;
        Assert.Contains("*** test crashed: ", text);
        Assert.Contains(cause, text);
        Assert.Contains("vCPU 0", text);
        Assert.Contains(" x30 000000001111001e", text);
        Assert.Contains(" pc 000000001111001f", text);
        Assert.Contains("esr_el1", text);
        Assert.Contains("in all its time: ticks 1000 calls 1001 faults 1002 registers 1003 interrupts 1004 waits 1005\r\n", text);
        Assert.Equal(2, text.Split('\n').Count(line => line.StartsWith(" call ", StringComparison.Ordinal)));
        Assert.Equal(GuestReport.Crashed, _board.Report);
        Assert.All([0, 1], i => Assert.False(Board.Vcpu(i).IsOn));
    }

    [Fact]
    public void OnlyTheLastSixteenExitsAreKept()
    {
        for (ulong i = 0; i < 40; i++)
            _board.Read(GuestMap.Uart + Pl011.Flags);
        StringHeard heard = new(_board);
        Fault(FaultKind.Instruction, 0, 0, out _);
        string[] lines = heard.Text.Split("\r\n");
        Assert.Equal(15, lines.Count(line => line.StartsWith(" data ", StringComparison.Ordinal)));
        Assert.Single(lines, line => line.StartsWith(" fetch ", StringComparison.Ordinal));
    }

    [Fact]
    public void AfterACrashNothingIsServed()
    {
        StringHeard heard = new(_board);
        Fault(FaultKind.Instruction, 0, 0, out _);
        Assert.False(Fault(FaultKind.Data, Described, GuestMap.Uart, out _));
        _board.Wake(0, 1);
        _board.Wake(1, 1UL << Manifest.PeerEvent);
        Assert.Equal(GuestReport.Crashed, _board.Report);
        Assert.NotEmpty(heard.Text);
    }

    public void Dispose() => _board.Dispose();

    private bool Fault(ulong kind, ulong syndrome, ulong address, out Reply reply) =>
        _board.Fault(0, new() { Kind = kind, Syndrome = syndrome, Address = address }, out reply);

    // A record is longer than the ring: the console reads while its writer waits.
    private sealed class StringHeard
    {
        private readonly Board _board;
        private string _text = "";

        internal StringHeard(Board board)
        {
            _board = board;
            Kernel.State.OnWait = () => _text += board.Heard();
        }

        internal string Text => _text += _board.Heard();
    }
}
