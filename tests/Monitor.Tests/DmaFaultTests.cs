using System.Text;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor.Tests;

/// <summary>Accesses by the guest's devices that the SMMU has refused reach its console and its crash record.</summary>
public sealed class DmaFaultTests : IDisposable
{
    private const ulong Read = 1UL << 35;

    private readonly Board _board = new();
    private int _recorded;

    public void Dispose() => _board.Dispose();

    [Fact]
    public void TheyAreToldWithStreamAndAddress()
    {
        Record(DmaFault.Translation, 0x108, Read, 0x4040_0000);
        Record(DmaFault.Permission, 8, 0, 0xffff_ffff_f000);
        Record(DmaFault.BadStream, 0xffff, 0, 0);
        _board.Wake(0, Board.FaultEvent);
        Assert.Equal(
            "\r\n*** test: DMA of stream 0x0108 from 0x0000000040400000 refused\r\n"
            + "\r\n*** test: DMA of stream 0x0008 to 0x0000fffffffff000 refused\r\n"
            + "\r\n*** test: DMA of stream 0xffff refused\r\n",
            _board.Heard());
        Assert.Equal([Board.FaultSlot], Kernel.State.Acknowledged);

        // What was told is not told again.
        _board.Wake(0, Board.FaultEvent);
        Assert.Equal("", _board.Heard());
        Assert.Equal(2, Kernel.State.Acknowledged.Count);
    }

    [Fact]
    public void OtherEventsAreNotAboutThem()
    {
        Record(DmaFault.Translation, 8, 0, 0x1000);
        _board.Wake(0, 1);
        Assert.Equal("", _board.Heard());
        Assert.Empty(Kernel.State.Acknowledged);
    }

    [Fact]
    public void ManyAreCountedForTheCrashRecord()
    {
        for (ulong i = 0; i < Board.FaultCount; i++)
            Record(DmaFault.Translation, 8, 0, i);
        _board.Wake(0, Board.FaultEvent);
        string[] lines = _board.Heard().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(9, lines.Length);
        Assert.EndsWith("0x0000000000000007 refused; more of them are counted only", lines[^2], StringComparison.Ordinal);
        Assert.EndsWith(
            "0x000000000000001f refused; the record is full until the machine is off, what is refused from now on leaves no trace", lines[^1], StringComparison.Ordinal);

        // Nothing is read beyond the queue.
        _board.Wake(0, Board.FaultEvent);
        Assert.Contains("\r\n32 accesses by its devices were refused, the last: DMA of stream 0x0008 to 0x000000000000001f\r\n*** end of the record", Crash(), StringComparison.Ordinal);
    }

    [Fact]
    public void AGuestThatStartsAnewHasDoneNothingYet()
    {
        Record(DmaFault.Translation, 8, 0, 0x1000);
        _board.Wake(0, Board.FaultEvent);
        _board.Command(GuestCommand.Restart);
        _board.Heard();
        Assert.DoesNotContain("refused", Crash(), StringComparison.Ordinal);
    }

    private void Record(ulong kind, ulong stream, ulong access, ulong address) =>
        _board.Faults[_recorded++] = new DmaFault { Kind = kind | (stream << 32), Access = access, Address = address };

    /// <summary>The guest crashes; returns the record, which the console reads while it is written.</summary>
    private string Crash()
    {
        StringBuilder record = new();
        Kernel.State.OnWait = () => record.Append(_board.Heard());
        Assert.False(_board.Fault(0, new Arrival { Kind = FaultKind.Instruction }, out _));
        _board.Settle();
        return record.Append(_board.Heard()).ToString();
    }
}
