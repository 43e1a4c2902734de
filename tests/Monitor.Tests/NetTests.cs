using CsCheck;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor.Tests;

/// <summary>Two network devices joined by a channel, each with a driver; and drivers that break the rules.</summary>
public sealed class NetTests : IDisposable
{
    private const uint Receive = NetStation.Receive, Transmit = NetStation.Transmit;
    private const ushort Next = NetStation.Next, Writable = NetStation.Writable, Indirect = 4;
    private static readonly Gen<byte[]> s_frame = Gen.Byte.Array[(int)Frames.Shortest, (int)Frames.Longest];
    private readonly FencedMemory _channel = new((int)Frames.LeastMemory);
    private readonly NetStation _one, _other;

    public NetTests()
    {
        Kernel.Restart();
        _one = new(_channel, 0, 100);
        _other = new(_channel, 1, 101);
    }

    [Fact]
    public void TheDeviceIdentifiesItself()
    {
        Assert.Equal(VirtioRegisters.Network, _one.Get(VirtioRegisters.Device));
        Assert.Equal(VirtioRegisters.HasAddress, _one.Get(VirtioRegisters.DeviceFeatures));
        _one.Set(VirtioRegisters.DeviceFeaturesSelect, 1);
        Assert.Equal(VirtioRegisters.Version1 >> 32, _one.Get(VirtioRegisters.DeviceFeatures));
        _one.Set(VirtioRegisters.DeviceFeaturesSelect, 2);
        Assert.Equal(0U, _one.Get(VirtioRegisters.DeviceFeatures));
        Assert.Equal([0x52U, 2U, 3U, 4U, 5U, 6U, 0U, 0U, 0U], Enumerable.Range(0, 9).Select(i => _one.Get(VirtioRegisters.Configuration + (ulong)i, 1)));
        Assert.Equal((0x0252U, 0x0403_0252U, 0U), (_one.Get(0x100, 2), _one.Get(0x100, 4), _one.Get(0x1fc, 4)));
        Assert.Equal(0U, _one.Get(VirtioRegisters.Device, 1));
    }

    [Theory]
    [InlineData(VirtioRegisters.Version1, true)]
    [InlineData(VirtioRegisters.Version1 | VirtioRegisters.HasAddress, true)]
    [InlineData(VirtioRegisters.HasAddress, false)]
    [InlineData(VirtioRegisters.Version1 | 1, false)]
    public void OnlyWhatIsOfferedCanBeAccepted(ulong features, bool isAccepted)
    {
        _one.Accept(features);
        _one.Set(VirtioRegisters.Status, 11);
        Assert.Equal(isAccepted ? 11U : 3U, _one.Get(VirtioRegisters.Status));
    }

    [Fact]
    public void NamesGiveAddresses()
    {
        ulong linux = MacAddress.Of(Names.Of("linux"u8), Names.Of("net"u8)), work = MacAddress.Of(Names.Of("work"u8), Names.Of("net"u8));
        Assert.All([linux, work], address => Assert.Equal((0x4452UL, 0UL), (address & 0xffff, address >> 48)));
        Assert.Equal(3, new HashSet<ulong> { linux, work, MacAddress.Of(Names.Of("linux"u8), Names.Of("other"u8)) }.Count);
    }

    // Whatever is sent, in whatever order buffers come: all of it arrives once there are buffers, whole and in order, and nobody is
    // told in vain to look: a device runs only when its driver or the other end tells it to.
    [Fact]
    public void FramesArriveWholeAndInOrder() => Gen.Select(Gen.Int[0, 3], s_frame, Gen.Int[1, 3]).Array[1, 60].Sample(steps =>
    {
        NetStation[] stations = [_one.Drive(), _other.Drive()];
        Queue<byte[]>[] sent = [new(), new()];
        int[] posted = new int[2], sends = new int[2];
        void Check(int i)
        {
            foreach (byte[] frame in stations[i].Take())
            {
                posted[i]--;
                Assert.Equal(sent[1 - i].Dequeue(), frame);
            }
        }

        foreach ((int step, byte[] frame, int pieces) in steps)
        {
            int i = step & 1;
            if (step < 2 && (ushort)(sends[i] - stations[i].Returned(Transmit)) < 4)
            {
                sent[i].Enqueue(frame);
                stations[i].Send(frame, pieces);
                sends[i]++;
            }
            else if (step >= 2 && posted[i] < NetStation.QueueSize)
            {
                stations[i].Post(1);
                posted[i]++;
            }

            Deliver();
            Check(0);
            Check(1);
        }

        for (int round = 0; round < 60; round++)
        {
            for (int i = 0; i < 2; i++)
            {
                stations[i].Post((int)NetStation.QueueSize - posted[i]);
                posted[i] = (int)NetStation.QueueSize;
                Deliver();
                Check(i);
            }
        }

        Assert.All(sent, queue => Assert.Empty(queue));
    }, iter: 300, threads: 1);

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    [InlineData(1519)]
    public void WhatIsNoFrameIsGivenBackUnsent(int length)
    {
        _one.Drive().Send(new byte[length]);
        _other.Drive().Post(1);
        Deliver();
        Assert.Equal((1, 0), (_one.Returned(Transmit), _other.Returned(Receive)));
        Assert.False(_one.NeedsReset);
    }

    [Fact]
    public void AShortBufferGetsWhatFits()
    {
        _one.Drive().Send([.. Enumerable.Range(0, 100).Select(i => (byte)i)]);
        _other.Drive();
        // The frame came before the driver was there, so this one counts.
        _one.Send([.. Enumerable.Range(0, 100).Select(i => (byte)(i + 1))]);
        _other.Describe(Receive, 0, _other.Ram.Address + 0x4000, 20, Writable, 0);
        _other.Offer(Receive, 0);
        Assert.Equal<byte>([1, 2, 3, 4, 5, 6, 7, 8, 0], _other.Ram.Bytes(0x4000 + NetStation.HeaderSize, 9).ToArray());
        Assert.Equal(1, _other.Returned(Receive));
    }

    [Fact]
    public void WhatArrivesWhereNobodyIsIsLostAndHoldsNobodyUp()
    {
        _one.Drive();
        foreach (bool isOn in (bool[])[true, false])
        {
            for (int i = 0; i < 200; i++)
            {
                _one.Send(new byte[1500]);
                if (Kernel.State.Notified.Remove(_one.Slot))
                    _other.Run(isOn);
                Deliver(isOn);
            }

            Assert.Equal((ushort)(isOn ? 200 : 400), _one.Returned(Transmit));
            _other.Drive();
        }

        _other.Post(1);
        Assert.Empty(_other.Take());
    }

    [Fact]
    public void AReceiverWithoutBuffersHoldsTheSenderBackAndLosesNothing()
    {
        _one.Drive();
        _other.Drive();
        int sent = 0;
        for (; sent - _one.Returned(Transmit) < 4; sent++)
        {
            _one.Send([.. new byte[100], (byte)sent]);
            Deliver();
        }

        int received = 0;
        for (int round = 0; round < 2 * sent; round++)
        {
            _other.Post(1);
            Deliver();
            foreach (byte[] frame in _other.Take())
                Assert.Equal((byte)received++, frame[100]);
        }

        Assert.Equal((sent, sent), (received, _one.Returned(Transmit)));
    }

    [Fact]
    public void AResetMakesRoomForOthers()
    {
        _other.Drive();
        _one.Drive();
        int sent = 0;
        for (; sent - _one.Returned(Transmit) < 4; sent++)
            _one.Send(new byte[1500]);
        _other.Set(VirtioRegisters.Status, 0);
        Deliver();
        Assert.Equal(sent, _one.Returned(Transmit));
    }

    [Theory]
    [InlineData(0x8000, 100, Next, 0)] // a loop of one
    [InlineData(0x8000, 100, Next, 16)] // beyond the table
    [InlineData(0x8000, 100, Indirect, 0)] // not negotiated
    [InlineData(0x13ff0, 17, 0, 0)] // beyond RAM
    [InlineData(0x8000, ~0U, 0, 0)] // far beyond RAM
    [InlineData(-1, 1, 0, 0)] // before RAM
    [InlineData(-16, 32, 0, 0)] // into RAM
    public void ADriverThatBreaksTheRulesNeedsAReset(long offset, uint length, ushort flags, int next)
    {
        foreach (uint queue in (uint[])[Receive, Transmit])
        {
            _one.Drive();
            _other.Drive().Send(new byte[64]);
            _one.Describe(queue, 0, _one.Ram.Address + (ulong)offset, length, (ushort)(flags | (queue == Receive ? Writable : 0)), next);
            _one.Offer(queue, 0);
            Assert.Equal(0, _one.Returned(queue));
            Assert.True(_one.NeedsReset);
            Assert.False(_other.NeedsReset);
            _one.Drive().Post(1);
            _other.Send([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
            Deliver();
            Assert.Equal<byte>([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], Assert.Single(_one.Take()));
        }
    }

    [Fact]
    public void ALongLoopEnds()
    {
        _one.Drive();
        for (int i = 0; i < NetStation.QueueSize; i++)
            _one.Describe(Transmit, i, _one.Ram.Address + 0x8000, 16, Next, (i + 1) % (int)NetStation.QueueSize);
        _one.Offer(Transmit, 0);
        Assert.True(_one.NeedsReset);
    }

    [Fact]
    public void AnIndexThatIsTooFarAheadBreaksTheQueue()
    {
        _one.Drive();
        _one.SetAvailable(Transmit, (ushort)(NetStation.QueueSize + 1));
        _one.Set(VirtioRegisters.QueueNotify, Transmit);
        Assert.True(_one.NeedsReset);
    }

    // Pages around both guests' RAM and the channel can't be touched: an access outside would end this process.
    [Fact]
    public void NoMemoryButTheGuestsIsTouchedWhateverTheGuestOrTheOtherEndWrites() =>
        Gen.Select(Gen.Byte.Array[0x2000], Gen.Byte.Array[(int)Frames.LeastMemory], Gen.ULong[0, 0x1ff], Gen.UInt, Gen.Bool).Sample((rings, channel, register, value, isDriven) =>
        {
            _one.Drive().Post(4);
            if (isDriven)
            {
                // Queues as they should be, but for what they say.
                _one.Set(register & ~3UL, value);
            }

            rings.CopyTo(_one.Ram.Bytes(0, rings.Length));
            channel.CopyTo(_channel.Bytes(0, channel.Length));
            _one.Run();
            _one.Set(VirtioRegisters.QueueNotify, 0);
            _one.Set(VirtioRegisters.QueueNotify, 1);
            _one.Run(isOn: false);
        }, iter: 3000, threads: 1);

    // The same while another vCPU of the guest, and the other end, write all the time: what was checked is what is used.
    [Fact]
    public void NothingThatChangesMeanwhileLeadsAstray()
    {
        const int Rounds = 20_000;
        bool done = false;
        _one.Drive();
        System.Threading.Thread scribbler = new(() =>
        {
            System.Random random = new(1);
            ulong[] addresses = [_one.Ram.Address + 0x8000, _one.Ram.Address + (ulong)_one.Ram.Size - 64, _one.Ram.Address - 64, ~0UL];
            uint[] lengths = [64, 1518, 0x2_0000, ~0U];
            while (!System.Threading.Volatile.Read(ref done))
            {
                int index = random.Next((int)NetStation.QueueSize);
                _one.Describe(Receive, index, addresses[random.Next(4)], lengths[random.Next(4)], (ushort)random.Next(4), random.Next(20));
                _one.Describe(Transmit, index, addresses[random.Next(4)], lengths[random.Next(4)], (ushort)random.Next(2), random.Next(20));
                ulong half = (ulong)_channel.Size / 2;
                _channel.Word(half + Ring.Written) = (ulong)random.Next(0x4000) & ~7UL;
                _channel.Word(half + Ring.Header + (8 * (ulong)random.Next(512))) = (ulong)random.Next(2000);
                _channel.Word(Ring.Read) = (ulong)random.Next(0x4000);
            }
        });
        scribbler.Start();
        for (int i = 0; i < Rounds; i++)
        {
            if (_one.NeedsReset)
                _one.Drive();
            _one.Offer(Transmit, i % (int)NetStation.QueueSize);
            _one.Offer(Receive, i % (int)NetStation.QueueSize);
        }

        System.Threading.Volatile.Write(ref done, true);
        scribbler.Join();
        Assert.InRange(_one.Get(VirtioRegisters.Status), 0U, 0xffU);
    }

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
        _channel.Dispose();
    }

    // Each end that was told looks, until nobody tells anything more.
    private void Deliver(bool isOtherOn = true)
    {
        List<ulong> notified = Kernel.State.Notified;
        while (notified.Count != 0)
        {
            ulong slot = notified[0];
            notified.RemoveAt(0);
            if (slot == _one.Slot)
                _other.Run(isOtherOn);
            else
                _one.Run();
        }
    }
}
