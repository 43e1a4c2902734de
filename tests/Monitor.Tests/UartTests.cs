using Redoubt.Abi;

namespace Redoubt.Monitor.Tests;

public sealed class UartTests : IDisposable
{
    private const ulong LineBit = 1UL << (int)GuestMap.UartInterrupt;
    private readonly Board _board = new();

    [Fact]
    public void CharactersComeOutInOrder()
    {
        foreach (char character in "Hello")
            Set(Pl011.Data, character);
        Assert.Equal("Hello", _board.Heard());
    }

    [Fact]
    public void CharactersTypedComeInAndRaiseTheLine()
    {
        Set(Pl011.Mask, Pl011.ReceiveInterrupt | Pl011.TimeoutInterrupt);
        Assert.Equal(Pl011.ReceiveEmpty, Get(Pl011.Flags) & Pl011.ReceiveEmpty);
        Assert.False(Line);
        _board.Type("ok");
        Assert.True(Line);
        Assert.Equal(0U, Get(Pl011.Flags) & Pl011.ReceiveEmpty);
        Assert.Equal('o', (char)Get(Pl011.Data));
        Assert.True(Line);
        Assert.Equal('k', (char)Get(Pl011.Data));
        Assert.False(Line);
        Assert.Equal(0U, Get(Pl011.Data));
    }

    [Fact]
    public void MaskedInterruptsDontRaiseTheLine()
    {
        _board.Type("x");
        Assert.Equal(Pl011.ReceiveInterrupt | Pl011.TimeoutInterrupt, Get(Pl011.RawStatus));
        Assert.Equal(0U, Get(Pl011.MaskedStatus));
        Assert.False(Line);
        Set(Pl011.Mask, Pl011.ReceiveInterrupt);
        Assert.Equal(Pl011.ReceiveInterrupt, Get(Pl011.MaskedStatus));
        Assert.True(Line);
    }

    [Fact]
    public void TheTransmitInterruptFollowsASentCharacterUntilItIsCleared()
    {
        Set(Pl011.Mask, Pl011.TransmitInterrupt);
        Assert.False(Line);
        Set(Pl011.Data, 'a');
        Assert.True(Line);
        Set(Pl011.Clear, Pl011.TransmitInterrupt);
        Assert.False(Line);
    }

    [Fact]
    public void AFullRingHoldsTheDriverBackAndLosesNothing()
    {
        Set(Pl011.Mask, Pl011.TransmitInterrupt);
        int sent = 0;
        for (; (Get(Pl011.Flags) & Pl011.TransmitFull) == 0; sent++)
            Set(Pl011.Data, (uint)('a' + sent % 26));
        Assert.Equal(1024, sent);
        Assert.False(Line);
        Assert.NotEqual(Partition.Kernel.Never, _board.Deadline);
        string text = _board.Heard();
        Assert.Equal(sent, text.Length);
        _board.Wake(0, 0);
        Assert.True(Line);
        Get(Pl011.Flags);
        Assert.Equal(Partition.Kernel.Never, _board.Deadline);
    }

    [Fact]
    public void TheTransmitInterruptPromisesRoomForAFifo()
    {
        Set(Pl011.Mask, Pl011.TransmitInterrupt);
        while (Line || _board.Deadline == Partition.Kernel.Never)
            Set(Pl011.Data, 'a');
        Assert.Equal(Pl011.FifoDepth - 1, _board.Machine.Devices.Port.Room);
    }

    [Fact]
    public void TheConsoleIsWokenAtTheEndOfALine()
    {
        List<ulong> notified = Partition.Kernel.State.Notified;
        notified.Clear();
        Set(Pl011.Data, 'a');
        Assert.Empty(notified);
        Set(Pl011.Data, '\n');
        Assert.Single(notified);
        // It has not read yet, so it does not sleep.
        Set(Pl011.Data, '\n');
        Assert.Single(notified);
        _board.Heard();
        Set(Pl011.Data, '\n');
        Assert.Equal(2, notified.Count);
    }

    [Fact]
    public void TheConsoleIsWokenAfterAWhile()
    {
        List<ulong> notified = Partition.Kernel.State.Notified;
        notified.Clear();
        ulong now = Partition.Kernel.State.Counter;
        Set(Pl011.Data, '$');
        Assert.InRange(_board.Deadline, now + 1000, now + 1100);
        _board.Wake(0, 0);
        Assert.Single(notified);
        Get(Pl011.Flags);
        Assert.Equal(Partition.Kernel.Never, _board.Deadline);
    }

    [Fact]
    public void TheConsoleIsWokenForManyCharacters()
    {
        List<ulong> notified = Partition.Kernel.State.Notified;
        notified.Clear();
        for (int i = 0; i < 600; i++)
        {
            Set(Pl011.Data, 'x');
            if (i % 100 == 99)
                _board.Heard();
        }

        Assert.InRange(notified.Count, 3, 6);
    }

    [Theory]
    [InlineData(Pl011.IntegerBaud, 0xffff)]
    [InlineData(Pl011.FractionalBaud, 0x3f)]
    [InlineData(Pl011.LineControl, 0xff)]
    [InlineData(Pl011.Control, 0xffff)]
    [InlineData(Pl011.FifoLevels, 0x3f)]
    [InlineData(Pl011.LowPower, 0xff)]
    [InlineData(Pl011.Mask, 0x7ff)]
    [InlineData(Pl011.RawStatus, 0)]
    [InlineData(Pl011.Clear, 0)]
    public void RegistersKeepTheirBits(ulong offset, uint expected)
    {
        Set(offset, 0xffff_ffff);
        Assert.Equal(expected, Get(offset));
    }

    [Fact]
    public void LinuxFindsAPrimeCell()
    {
        uint[] bytes = [.. Enumerable.Range(0, 8).Select(i => Get(Pl011.Identification + 4 * (ulong)i))];
        Assert.Equal([0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1], bytes);
    }

    public void Dispose() => _board.Dispose();

    private static bool Line => (Board.Vcpu(0).Words[VirtualField.Line] & LineBit) != 0;

    private uint Get(ulong offset) => (uint)_board.Read(GuestMap.Uart + offset);

    private void Set(ulong offset, uint value) => _board.Write(GuestMap.Uart + offset, value);
}
