using System.Runtime.InteropServices;
using System.Text;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor.Tests;

/// <summary>
/// A monitor with its guest's RAM, a channel to a console that the test plays, and a kernel of the test's own. Guest RAM lies at the
/// addresses where the host has put it, so that a guest address is a host address here too.
/// </summary>
internal sealed unsafe class Board : IDisposable
{
    internal const int RamSize = 0x1_0000;

    /// <summary>Slot by which the guest's monitor notifies the other end of the second channel.</summary>
    internal const ulong LinkSlot = 2;

    /// <summary>Slot by which it notifies ui, and pixels of its guest's screen.</summary>
    internal const ulong ScreenSlot = 4, ScreenWidth = 720, ScreenHeight = 1344;

    private const ulong ChannelSize = 0x1000;
    private const int PristineSize = 0x1000, KernelSize = 16;

    /// <summary>Records of refused accesses that fit.</summary>
    internal const int FaultCount = 32;

    /// <summary>Functions that fit behind the guest's PCI host bridge.</summary>
    internal const int FunctionCount = 16;

    internal const ulong FaultEvent = 1 << 5, FaultSlot = 3;
    private const uint Described = 1 << 24, Store = 1 << 6;

    private readonly byte* _ram = (byte*)NativeMemory.AlignedAlloc(RamSize, 4096);
    private readonly byte* _channel = (byte*)NativeMemory.AlignedAlloc((nuint)ChannelSize, 4096);
    private readonly DmaFault* _faults = (DmaFault*)NativeMemory.AllocZeroed(FaultCount, (nuint)sizeof(DmaFault));
    private readonly uint* _functions = (uint*)NativeMemory.AllocZeroed(FunctionCount, (nuint)PciHost.FunctionSize);
    private readonly byte* _pristine = (byte*)NativeMemory.AlignedAlloc(PristineSize, 16);
    private readonly Manifest* _manifest = (Manifest*)NativeMemory.AlignedAlloc((nuint)sizeof(Manifest), 4096);
    private Machine _machine;
    private RingReader _heard;
    private RingWriter _typed;
    private ulong _command;

    /// <summary>Starts a guest.</summary>
    /// <param name="vcpus">Number of its vCPUs.</param>
    /// <param name="seeded">Whether there is entropy.</param>
    /// <param name="tree">Its device tree.</param>
    /// <param name="restart">When it starts anew.</param>
    /// <param name="link">Memory of a second channel, whose event is bit 1.</param>
    /// <param name="kind">What the guest sees of it.</param>
    /// <param name="screen">Memory of a screen's channel, whose event is bit 2.</param>
    internal Board(
        int vcpus = 2,
        bool seeded = true,
        byte[]? tree = null,
        ulong restart = RestartPolicy.Never,
        FencedMemory? link = null,
        ulong kind = ChannelKind.Network,
        FencedMemory? screen = null)
    {
        Kernel.Restart();
        NativeMemory.Clear(_ram, RamSize);
        NativeMemory.Clear(_channel, (nuint)ChannelSize);
        NativeMemory.Clear(_manifest, (nuint)sizeof(Manifest));
        new Span<byte>(_pristine, PristineSize).Fill(0xaa);
        tree?.CopyTo(new Span<byte>(_pristine + KernelSize, tree.Length));
        ref Manifest manifest = ref *_manifest;
        manifest.Name = Names.Of("test.monitor"u8);
        manifest.Seeded = seeded ? 1UL : 0;
        for (int i = 0; i < 4; i++)
            manifest.Seed[i] = 0x0706_0504_0302_0100 + 0x0808_0808_0808_0808 * (ulong)i;
        manifest.PeerSlot = Self.PeerSlot;
        manifest.ChannelCount = 1;
        manifest.Channels[0] = new()
        {
            Name = Names.Of("console"u8),
            Address = (ulong)_channel,
            Size = ChannelSize,
            NotifySlot = Self.NotifySlot,
        };
        manifest.DeviceCount = 2;
        manifest.Devices[0] = new()
        {
            Name = Names.Of(DmaFault.Device),
            Address = (ulong)_faults,
            Size = FaultCount * (ulong)sizeof(DmaFault),
            EventBit = (ulong)ulong.TrailingZeroCount(FaultEvent),
            InterruptSlot = FaultSlot,
        };
        manifest.Devices[1] = new()
        {
            Name = Names.Of(PciHost.Device),
            Address = (ulong)_functions,
            Size = FunctionCount * PciHost.FunctionSize,
            EventBit = ulong.MaxValue,
            InterruptSlot = ulong.MaxValue,
        };
        if (link is not null)
        {
            manifest.ChannelCount = 2;
            manifest.Channels[1] = new()
            {
                Name = Names.Of("net"u8),
                Address = link.Address,
                Size = (ulong)link.Size,
                NotifySlot = LinkSlot,
                Kind = kind,
            };
        }

        if (screen is not null)
        {
            manifest.Screens[0] = new() { Channel = manifest.ChannelCount, Width = ScreenWidth, Height = ScreenHeight };
            manifest.ScreenCount = 1;
            manifest.Channels[(int)manifest.ChannelCount++] = new()
            {
                Name = Names.Of("screen"u8),
                Address = screen.Address,
                Size = (ulong)screen.Size,
                NotifySlot = ScreenSlot,
            };
        }

        manifest.Guest.Present = 1;
        manifest.Guest.Name = Names.Of("test"u8);
        manifest.Guest.RamBase = Ram;
        manifest.Guest.RamSize = RamSize;
        manifest.Guest.VcpuCount = (ulong)vcpus;
        manifest.Guest.VcpuSlot = Kernel.FirstSlot;
        manifest.Guest.Entry = Ram + 0x40;
        manifest.Guest.Context = Ram + 0x8000;
        manifest.Guest.Restart = restart;
        manifest.Guest.LoadCount = 2;
        manifest.Guest.Loads[0] = new() { Source = (ulong)_pristine, Destination = Ram + 0x40, Size = KernelSize, Zero = 16 };
        manifest.Guest.Loads[1] = new() { Source = (ulong)_pristine + KernelSize, Destination = manifest.Guest.Context, Size = (ulong)(tree?.Length ?? 0) };
        ChannelEnd console = manifest.Channels[0];
        console.Side = 1;
        _heard.Open(in console);
        _typed.Open(in console);
        Self.Use(_manifest);
        new Span<byte>(_ram, RamSize).Fill(0x55);
        _machine.Open();
    }

    /// <summary>First address of guest RAM.</summary>
    internal ulong Ram => (ulong)_ram;

    /// <summary>Bytes of guest RAM.</summary>
    internal Span<byte> Bytes(ulong offset, int length) => new(_ram + offset, length);

    /// <summary>What the SMMU has refused.</summary>
    internal Span<DmaFault> Faults => new(_faults, FaultCount);

    /// <summary>Configuration space of a function behind the guest's PCI host bridge, by words.</summary>
    internal Span<uint> Function(int function) => new(_functions + function * (int)PciHost.FunctionSize / sizeof(uint), (int)PciHost.FunctionSize / sizeof(uint));

    /// <summary>The machine itself.</summary>
    internal ref Machine Machine => ref _machine;

    /// <summary>What the console was told of the guest.</summary>
    internal ulong Report => _heard.Report;

    internal static VcpuState Vcpu(int vcpu) => Kernel.State.Vcpus[vcpu];

    /// <summary>What the guest has said since the last look.</summary>
    internal string Heard()
    {
        StringBuilder text = new();
        while (_heard.TryRead(out byte value))
            text.Append((char)value);
        return text.ToString();
    }

    /// <summary>The console sends text to the guest.</summary>
    internal void Type(string text)
    {
        foreach (char character in text)
            Assert.True(_typed.TryWrite((byte)character, out _));
        Wake(0, 1);
    }

    /// <summary>The console tells the monitor a <see cref="GuestCommand"/>.</summary>
    internal void Command(ulong command)
    {
        _command = GuestCommand.Next(_command, command);
        _typed.Report(_command);
        Wake(0, 1);
        Settle();
    }

    /// <summary>Events arrive at a vCPU.</summary>
    internal void Wake(int vcpu, ulong events)
    {
        Arrival arrival = new() { Events = events };
        Reply reply = default;
        _machine.TryAnswer(vcpu, ref arrival, ref reply, out ulong deadline);
        if (vcpu == 0)
            Deadline = deadline;
    }

    /// <summary>Lets all vCPUs that were notified act on it, until nothing is left.</summary>
    internal void Settle()
    {
        List<ulong> notified = Kernel.State.Notified;
        while (notified.FindIndex(slot => slot >= Self.PeerSlot) is var index and >= 0)
        {
            int vcpu = (int)(notified[index] - Self.PeerSlot);
            notified.RemoveAt(index);
            Wake(vcpu, 1UL << Manifest.PeerEvent);
        }
    }

    /// <summary>A guest vCPU faults. Returns whether it goes on.</summary>
    internal bool Fault(int vcpu, Arrival fault, out Reply reply)
    {
        reply = default;
        bool resumes = _machine.TryAnswer(vcpu, ref fault, ref reply, out ulong deadline);
        Deadline = deadline;
        return resumes;
    }

    /// <summary>Until when vCPU 0, or the vCPU that faulted last, waits.</summary>
    internal ulong Deadline { get; private set; }

    /// <summary>A guest vCPU loads from a device.</summary>
    internal ulong Read(ulong address, int size = 4, int vcpu = 0)
    {
        Arrival fault = new() { Kind = FaultKind.Data, Syndrome = Described | Width(size) | (1 << 15), Address = address };
        Assert.True(Fault(vcpu, fault, out Reply reply));
        Assert.Equal(ResumeAction.Advance | ResumeAction.Load, reply.Action);
        return reply.V0;
    }

    /// <summary>A guest vCPU stores to a device.</summary>
    internal void Write(ulong address, ulong value, int size = 4, int vcpu = 0)
    {
        Arrival fault = new() { Kind = FaultKind.Data, Syndrome = Described | Store | Width(size), Address = address, V0 = value };
        Assert.True(Fault(vcpu, fault, out Reply reply));
        Assert.Equal(ResumeAction.Advance, reply.Action);
        Settle();
    }

    /// <summary>A guest vCPU calls with HVC. Null if it does not go on.</summary>
    internal Reply? Call(ulong function, ulong a1 = 0, ulong a2 = 0, ulong a3 = 0, int vcpu = 0)
    {
        Arrival fault = new() { Kind = FaultKind.Call, Syndrome = Syndrome.Hvc << 26, V0 = function, V1 = a1, V2 = a2, V3 = a3 };
        bool resumes = Fault(vcpu, fault, out Reply reply);
        Settle();
        return resumes ? reply : null;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_ram);
        NativeMemory.AlignedFree(_channel);
        NativeMemory.AlignedFree(_pristine);
        NativeMemory.Free(_faults);
        NativeMemory.AlignedFree(_manifest);
    }

    private static uint Width(int size) => (uint)int.Log2(size) << 22;
}
