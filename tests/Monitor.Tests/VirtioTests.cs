using System.Buffers.Binary;
using CsCheck;
using Redoubt.Abi;

namespace Redoubt.Monitor.Tests;

public sealed class VirtioTests : IDisposable
{
    private const ulong Console = GuestMap.Virtio, Entropy = GuestMap.Virtio + GuestMap.VirtioStride;
    private const ulong ConsoleLine = 1UL << (int)GuestMap.VirtioInterrupt;
    private const ushort Next = 1, Writable = 2, Indirect = 4;
    private readonly Board _board = new();

    [Fact]
    public void DevicesIdentifyThemselves()
    {
        Assert.Equal((0x7472_6976UL, 2UL, 3UL), (Get(Console, 0), Get(Console, 4), Get(Console, 8)));
        Assert.Equal((0x7472_6976UL, 2UL, 4UL), (Get(Entropy, 0), Get(Entropy, 4), Get(Entropy, 8)));
    }

    [Fact]
    public void WithoutEntropyThePlaceIsEmpty()
    {
        using Board board = new(seeded: false);
        Assert.Equal(0UL, board.Read(Entropy + VirtioRegisters.Device));
        Assert.Equal(0UL, board.Read(Entropy + VirtioRegisters.QueueSizeMax));
    }

    [Fact]
    public void ADriverMustAcceptVersion1AndNothingElse()
    {
        Assert.Equal(0UL, Get(Console, VirtioRegisters.DeviceFeatures));
        Set(Console, VirtioRegisters.DeviceFeaturesSelect, 1);
        Assert.Equal(1UL, Get(Console, VirtioRegisters.DeviceFeatures));
        Set(Console, VirtioRegisters.Status, 11);
        Assert.Equal(3UL, Get(Console, VirtioRegisters.Status));
        Set(Console, VirtioRegisters.DriverFeatures, 1);
        Set(Console, VirtioRegisters.DriverFeaturesSelect, 1);
        Set(Console, VirtioRegisters.DriverFeatures, 1);
        Set(Console, VirtioRegisters.Status, 11);
        Assert.Equal(3UL, Get(Console, VirtioRegisters.Status));
        Set(Console, VirtioRegisters.DriverFeaturesSelect, 0);
        Set(Console, VirtioRegisters.DriverFeatures, 0);
        Set(Console, VirtioRegisters.Status, 11);
        Assert.Equal(11UL, Get(Console, VirtioRegisters.Status));
    }

    [Fact]
    public void TextComesOut()
    {
        Driver transmit = Drive(Console, 2).At(1);
        "Hello "u8.CopyTo(_board.Bytes(0x2000, 6));
        "world"u8.CopyTo(_board.Bytes(0x3000, 5));
        transmit.Describe(0, _board.Ram + 0x2000, 6, Next, 1);
        transmit.Describe(1, _board.Ram + 0x3000, 5, 0, 0);
        transmit.Offer(0);
        Assert.Equal("Hello world", _board.Heard());
        Assert.Equal([(0U, 0U)], transmit.Used);
        Assert.Equal(ConsoleLine, Line);
        Assert.Equal(1UL, Get(Console, VirtioRegisters.InterruptStatus));
        Set(Console, VirtioRegisters.InterruptAcknowledge, 1);
        Assert.Equal(0UL, Line);
    }

    [Fact]
    public void TextThatDoesNotFitWaitsForTheConsole()
    {
        Driver transmit = Drive(Console, 2).At(1);
        for (int i = 0; i < 3000; i++)
            _board.Bytes(0x2000, 3000)[i] = (byte)('a' + i % 26);
        transmit.Describe(0, _board.Ram + 0x2000, 3000, 0, 0);
        transmit.Offer(0);
        Assert.Empty(transmit.Used);
        string text = _board.Heard();
        for (int i = 0; i < 2; i++)
        {
            Assert.NotEqual(Partition.Kernel.Never, _board.Deadline);
            _board.Wake(0, 0);
            text += _board.Heard();
        }

        Assert.Equal([(0U, 0U)], transmit.Used);
        Assert.Equal(string.Concat(Enumerable.Range(0, 3000).Select(i => (char)('a' + i % 26))), text);
    }

    [Fact]
    public void InputGoesToTheVirtioConsoleUnlessTheUartListens()
    {
        Driver receive = Drive(Console, 2).At(0);
        receive.Describe(0, _board.Ram + 0x2000, 2, Writable | Next, 1);
        receive.Describe(1, _board.Ram + 0x3000, 8, Writable, 0);
        receive.Offer(0);
        _board.Write(GuestMap.Uart + Pl011.Mask, Pl011.ReceiveInterrupt);
        _board.Type("typed");
        Assert.Empty(receive.Used);
        _board.Write(GuestMap.Uart + Pl011.Mask, 0);
        Assert.Equal([(0U, 5U)], receive.Used);
        Assert.Equal("ty"u8, _board.Bytes(0x2000, 2));
        Assert.Equal("ped"u8, _board.Bytes(0x3000, 3));
    }

    [Fact]
    public void InputWithoutBuffersIsKept()
    {
        Driver receive = Drive(Console, 2).At(0);
        _board.Type("later");
        receive.Describe(3, _board.Ram + 0x2000, 64, Writable, 0);
        receive.Offer(3);
        Assert.Equal([(3U, 5U)], receive.Used);
    }

    [Fact]
    public void EntropyFillsBuffersAndDiffers()
    {
        Driver queue = Drive(Entropy, 1).At(0);
        queue.Describe(0, _board.Ram + 0x2000, 64, Writable, 0);
        queue.Describe(1, _board.Ram + 0x3000, 0x4000, Writable, 0);
        queue.Offer(0);
        queue.Offer(1);
        Assert.Equal([(0U, 64U), (1U, 256U)], queue.Used);
        Assert.False(_board.Bytes(0x2000, 64).SequenceEqual(_board.Bytes(0x3000, 64)));
        Assert.All(_board.Bytes(0x3100, 16).ToArray(), value => Assert.Equal(0x55, value));
    }

    [Fact]
    public void TheDriverMaySuppressInterrupts()
    {
        Driver queue = Drive(Entropy, 1).At(0);
        BinaryPrimitives.WriteUInt16LittleEndian(_board.Bytes(Driver.Available, 2), 1);
        queue.Describe(0, _board.Ram + 0x2000, 8, Writable, 0);
        queue.Offer(0);
        Assert.Single(queue.Used);
        Assert.Equal(0UL, Get(Entropy, VirtioRegisters.InterruptStatus));
    }

    [Theory]
    [InlineData(0x2000, 16, Next, 0)] // a loop of one
    [InlineData(0x2000, 16, Next, 8)] // beyond the table
    [InlineData(0x2000, 16, Indirect, 0)] // not negotiated
    [InlineData(0xfff0, 17, 0, 0)] // beyond RAM
    [InlineData(0x2000, ~0U, 0, 0)] // far beyond RAM
    [InlineData(-1, 1, 0, 0)] // before RAM
    [InlineData(-16, 32, 0, 0)] // into RAM
    public void ADriverThatBreaksTheRulesNeedsAReset(long offset, uint length, ushort flags, ushort next)
    {
        foreach (ushort direction in (ushort[])[0, Writable])
        {
            Driver queue = Drive(Entropy, 1).At(0);
            queue.Describe(0, _board.Ram + (ulong)offset, length, (ushort)(flags | direction), next);
            queue.Offer(0);
            Assert.Empty(queue.Used);
            Assert.Equal(VirtioRegisters.NeedsReset, Get(Entropy, VirtioRegisters.Status) & VirtioRegisters.NeedsReset);
            Assert.Equal(VirtioRegisters.ConfigurationChange, Get(Entropy, VirtioRegisters.InterruptStatus));
        }

        Driver fresh = Drive(Entropy, 1).At(0);
        fresh.Describe(0, _board.Ram + 0x2000, 16, Writable, 0);
        fresh.Offer(0);
        Assert.Single(fresh.Used);
    }

    [Fact]
    public void ALongLoopEnds()
    {
        Driver queue = Drive(Entropy, 1).At(0);
        for (ushort i = 0; i < Driver.Size; i++)
            queue.Describe(i, _board.Ram + 0x2000, 16, Next | Writable, (ushort)((i + 1) % Driver.Size));
        queue.Offer(0);
        Assert.NotEqual(0UL, Get(Entropy, VirtioRegisters.Status) & VirtioRegisters.NeedsReset);
    }

    [Fact]
    public void AnIndexThatIsTooFarAheadBreaksTheQueue()
    {
        Drive(Entropy, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(_board.Bytes(Driver.Available + 2, 2), Driver.Size + 1);
        Set(Entropy, VirtioRegisters.QueueNotify, 0);
        Assert.NotEqual(0UL, Get(Entropy, VirtioRegisters.Status) & VirtioRegisters.NeedsReset);
    }

    [Theory]
    [InlineData(VirtioRegisters.QueueSize, 0)]
    [InlineData(VirtioRegisters.QueueSize, 3)]
    [InlineData(VirtioRegisters.QueueSize, 128)]
    [InlineData(VirtioRegisters.QueueSize, 0xffff_ffff)]
    [InlineData(VirtioRegisters.QueueDescriptorLow, 0x1000)]
    [InlineData(VirtioRegisters.QueueDescriptorHigh, 0xffff_ffff)]
    [InlineData(VirtioRegisters.QueueDriverHigh, 0x8000_0000)]
    [InlineData(VirtioRegisters.QueueDeviceHigh, 0x7fff_ffff)]
    public void AQueueThatIsSetUpBadlyIsBroken(ulong register, uint value)
    {
        Accept(Entropy);
        SetUp(Entropy, 0);
        Set(Entropy, register, value);
        Set(Entropy, VirtioRegisters.QueueReady, 1);
        Set(Entropy, VirtioRegisters.Status, 15);
        Set(Entropy, VirtioRegisters.QueueNotify, 0);
        Assert.NotEqual(0UL, Get(Entropy, VirtioRegisters.Status) & VirtioRegisters.NeedsReset);
    }

    [Fact]
    public void AQueueInUseCantBeMoved()
    {
        Driver queue = Drive(Entropy, 1).At(0);
        Set(Entropy, VirtioRegisters.QueueDescriptorHigh, 0x1234);
        Set(Entropy, VirtioRegisters.QueueSize, 0);
        queue.Describe(0, _board.Ram + 0x2000, 16, Writable, 0);
        queue.Offer(0);
        Assert.Single(queue.Used);
    }

    [Fact]
    public void NoMemoryButTheGuestsIsTouchedWhateverTheGuestWrites() =>
        // Accesses beyond RAM would end this process: the host's pages around it are not mapped as one.
        Gen.Select(Gen.Byte.Array[4096], Gen.ULong[0, 0x3ff], Gen.UInt).Sample((rings, register, value) =>
        {
            Drive(Console, 2);
            Drive(Entropy, 1);
            rings.CopyTo(_board.Bytes(Driver.Available & ~0xfffUL, 4096));
            _board.Write(GuestMap.Virtio + (register & ~3UL), value);
            Set(Console, VirtioRegisters.QueueNotify, 0);
            Set(Entropy, VirtioRegisters.QueueNotify, 0);
            _board.Heard();
        }, iter: 2000, threads: 1);

    public void Dispose() => _board.Dispose();

    private static ulong Line => Board.Vcpu(0).Words[VirtualField.Line] & ConsoleLine;

    private ulong Get(ulong device, ulong offset) => _board.Read(device + offset);

    private void Set(ulong device, ulong offset, ulong value) => _board.Write(device + offset, value);

    private void Accept(ulong device)
    {
        Set(device, VirtioRegisters.Status, 0);
        Set(device, VirtioRegisters.Status, 3);
        Set(device, VirtioRegisters.DriverFeaturesSelect, 1);
        Set(device, VirtioRegisters.DriverFeatures, 1);
        Set(device, VirtioRegisters.Status, 11);
    }

    private void SetUp(ulong device, uint queue)
    {
        ulong shift = 0x400 * (ulong)queue;
        _board.Bytes(Driver.Descriptors + shift, 0x400).Clear();
        Set(device, VirtioRegisters.QueueSelect, queue);
        Assert.Equal(VirtQueue.MaximumSize, Get(device, VirtioRegisters.QueueSizeMax));
        Set(device, VirtioRegisters.QueueSize, Driver.Size);
        SetAddress(device, VirtioRegisters.QueueDescriptorLow, _board.Ram + Driver.Descriptors + shift);
        SetAddress(device, VirtioRegisters.QueueDriverLow, _board.Ram + Driver.Available + shift);
        SetAddress(device, VirtioRegisters.QueueDeviceLow, _board.Ram + Driver.UsedRing + shift);
    }

    private void SetAddress(ulong device, ulong register, ulong address)
    {
        Set(device, register, (uint)address);
        Set(device, register + 4, address >> 32);
    }

    private Drivers Drive(ulong device, uint queues)
    {
        Accept(device);
        for (uint i = 0; i < queues; i++)
        {
            SetUp(device, i);
            Set(device, VirtioRegisters.QueueReady, 1);
            Assert.Equal(1UL, Get(device, VirtioRegisters.QueueReady));
        }

        Set(device, VirtioRegisters.Status, 15);
        return new(this, device);
    }

    private readonly record struct Drivers(VirtioTests Tests, ulong Device)
    {
        internal Driver At(uint queue) => new(Tests, Device, queue);
    }

    /// <summary>The driver's side of one queue; queue n lies 1 KiB n further in guest RAM.</summary>
    private sealed class Driver(VirtioTests tests, ulong device, uint queue)
    {
        internal const ulong Descriptors = 0x1000, Available = 0x1100, UsedRing = 0x1200;
        internal const int Size = 8;
        private readonly ulong _shift = 0x400 * (ulong)queue;
        private ushort _offered;

        internal List<(uint Head, uint Written)> Used
        {
            get
            {
                Span<byte> ring = tests._board.Bytes(UsedRing + _shift, 4 + 8 * Size);
                List<(uint, uint)> used = [];
                for (int i = 0; i < BinaryPrimitives.ReadUInt16LittleEndian(ring[2..]); i++)
                    used.Add((BinaryPrimitives.ReadUInt32LittleEndian(ring[(4 + 8 * i)..]), BinaryPrimitives.ReadUInt32LittleEndian(ring[(8 + 8 * i)..])));
                return used;
            }
        }

        internal void Describe(ushort index, ulong address, uint length, ushort flags, ushort next)
        {
            Span<byte> descriptor = tests._board.Bytes(Descriptors + _shift + 16UL * index, 16);
            BinaryPrimitives.WriteUInt64LittleEndian(descriptor, address);
            BinaryPrimitives.WriteUInt32LittleEndian(descriptor[8..], length);
            BinaryPrimitives.WriteUInt16LittleEndian(descriptor[12..], flags);
            BinaryPrimitives.WriteUInt16LittleEndian(descriptor[14..], next);
        }

        internal void Offer(ushort head)
        {
            Span<byte> ring = tests._board.Bytes(Available + _shift, 4 + 2 * Size);
            BinaryPrimitives.WriteUInt16LittleEndian(ring[(4 + 2 * (_offered % Size))..], head);
            BinaryPrimitives.WriteUInt16LittleEndian(ring[2..], ++_offered);
            tests.Set(device, VirtioRegisters.QueueNotify, queue);
        }
    }
}
