using System;
using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

/// <summary>How the guest stands.</summary>
public enum GuestState
{
    /// <summary>The monitor has not got ready yet.</summary>
    Unborn,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>Its vCPUs stop, then it starts anew.</summary>
    Restarting,

    /// <summary>Its vCPUs stop, then it is off, by its own will or another's or because of a crash.</summary>
    Ending,

    /// <summary>It is off, for good or for a while.</summary>
    Ended,
}

/// <summary>
/// All that the monitor's vCPUs share, under one lock. Monitor vCPU n serves guest vCPU n, on the same CPU, and only it makes calls
/// about that vCPU: what another one should do is left here for it, and it is woken.
/// </summary>
public partial struct Machine
{
    // Characters reach the console, and a device that waits for room there is looked at again, after 1/1024 s.
    private const ulong LooksPerSecond = 1024;

    // Who finds the lock taken looks so often, which is about as long as it is held, and then steps back for 1/16384 s.
    private const int LockLooks = 256;
    private const ulong StepsPerSecond = 16384;

    /// <summary>The guest's devices.</summary>
    public Devices Devices;

    /// <summary>The guest's vCPUs.</summary>
    public Power Power;

    /// <summary>What each vCPU asked for last.</summary>
    public ExitLists Exits;

    private SpinLock _lock;
    private ulong _pause, _step;
    private uint _wakes;

    private GuestState _state;

    // Why it ends, a GuestReport.
    private ulong _report;

    // How often it has started, when it did so last, and when it does so again if it is off.
    private ulong _starts, _started, _due;

    // Starts that nobody asked for are so far apart: one that ends at once again and again leaves time to read why. Ticks.
    private ulong _pace;

    // Events that arrived while a record was written.
    private ulong _missed;

    private CrashRecord _crash;
    private DmaFaults _dmaFaults;
    private PciFunctions _pci;

    /// <summary>Gets ready, and starts the guest. Done by vCPU 0; the others wait to be woken.</summary>
    public void Open()
    {
        // Always free: nobody else is awake yet.
        _lock.TryEnter();
        ref readonly Manifest manifest = ref Self.Manifest;
        Devices.Memory = new GuestMemory(manifest.Guest.RamBase, manifest.Guest.RamSize);
        Devices.Generator.Open(in manifest);
        Kernel.Discover(out _, out _, out _, out ulong frequency);
        _pause = frequency / LooksPerSecond;
        _step = frequency / StepsPerSecond;
        _pace = frequency;
        OpenPort();
        OpenChannels();
        OpenScreen();
        _dmaFaults.Open();
        _pci.Open();
        Begin();
        Settle(0);
        Leave();
    }

    /// <summary>Connects to the console, again after another writer of this partition used the channel.</summary>
    public unsafe void OpenPort()
    {
        if (Self.TryFindChannel("console"u8, out ChannelEnd* end))
            Devices.Port.Open(in *end, _pause);
    }

    private unsafe void OpenChannels()
    {
        for (ulong i = 0; i < Self.Manifest.ChannelCount; i++)
        {
            if (Self.Channel(i)->Kind == ChannelKind.Network)
                Devices.AddNetwork(in *Self.Channel(i));
            else if (Self.Channel(i)->Kind == ChannelKind.Serial)
                Devices.AddSerial(in *Self.Channel(i));
        }
    }

    private unsafe void OpenScreen()
    {
        ref readonly Manifest manifest = ref Self.Manifest;
        if (manifest.ScreenCount != 0)
            Devices.AddInput(in manifest.Screens[0], in *Self.Channel(manifest.Screens[0].Channel));
    }

    /// <summary>Capability slot of the guest's vCPU of that number.</summary>
    public static ulong Slot(int vcpu) => Self.Manifest.Guest.VcpuSlot + (ulong)vcpu;

    /// <summary>
    /// Serves what arrived at a vCPU. Returns whether its guest vCPU goes on as the reply says; the wait for what
    /// comes next should last until <paramref name="deadline"/>.
    /// </summary>
    public bool TryAnswer(int vcpu, ref Arrival arrival, ref Reply reply, out ulong deadline)
    {
        if (!_lock.TryEnter())
            Enter(ref arrival);
        if (arrival.Events != 0 || arrival.Kind == FaultKind.None || Devices.IsStalled)
            TakeEvents(vcpu, arrival.Events);
        // What was left for this vCPU comes first: it may turn the guest's vCPU off.
        if (Devices.Interrupts.Touched != 0)
            Settle(vcpu);
        bool resumes = false;
        if (arrival.Kind != FaultKind.None && Power.IsOn(vcpu))
        {
            Exits[vcpu].Add(in arrival);
            resumes = Faults.Serve(ref this, vcpu, in arrival, ref reply);
            if (Devices.Interrupts.Touched != 0)
                Settle(vcpu);
        }

        deadline = Devices.Port.HasNews ? Devices.Port.Due : Devices.IsStalled ? Kernel.Counter + _pause : Kernel.Never;
        if (_state == GuestState.Ended && vcpu == 0)
            deadline = Math.Min(deadline, _due);
        Leave();
        return resumes;
    }

    /// <summary>Does what was left for this vCPU, and notes which others have to be woken.</summary>
    public void Settle(int vcpu)
    {
        while (Devices.Interrupts.Touched != 0)
        {
            uint touched = Devices.Interrupts.Touched;
            Devices.Interrupts.Touched = 0;
            for (int i = 0; i < Power.Count; i++)
            {
                if ((touched >> i & 1) == 0)
                    continue;
                if (i == vcpu)
                    Apply(vcpu);
                else
                    _wakes |= 1U << i;
            }
        }
    }

    /// <summary>
    /// Has the vCPUs in the mask say what interrupts they have pending and active. Gives the lock away meanwhile; the calling vCPU's
    /// guest vCPU may be off afterwards.
    /// </summary>
    public void Question(int vcpu, uint mask)
    {
        for (int i = 0; i < Power.Count; i++)
        {
            if ((mask >> i & 1) == 0)
                continue;
            ref VcpuInterrupts other = ref Devices.Interrupts.Vcpus[i];
            uint asked = ++other.Asked;
            Devices.Interrupts.Touch(i);
            Settle(vcpu);
            while ((int)(other.Answered - asked) < 0)
            {
                Leave();
                Kernel.Wait(Kernel.Counter + _pause, out Arrival arrival);
                Enter(ref arrival);
                TakeEvents(vcpu, arrival.Events);
                Settle(vcpu);
            }
        }
    }

    // Takes the lock. What arrives meanwhile is added to what has arrived: at most one fault, since the vCPU then stands still.
    private void Enter(ref Arrival arrival)
    {
        int looks = 0;
        while (!_lock.TryEnter())
        {
            if (++looks % LockLooks != 0)
                continue;
            ulong events = arrival.Events;
            ulong deadline = Kernel.Counter + _step;
            if (arrival.Kind == FaultKind.None)
            {
                Kernel.Wait(deadline, out arrival);
                arrival.Events |= events;
            }
            else
            {
                Kernel.Wait(deadline, out Arrival more);
                arrival.Events |= more.Events;
            }
        }
    }

    // Gives the lock back, and only then wakes others: they want it at once.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Leave()
    {
        uint wakes = _wakes;
        _wakes = 0;
        _lock.Exit();
        if (wakes != 0)
            Wake(wakes);
    }

    private static void Wake(uint vcpus)
    {
        for (ulong i = 0; vcpus != 0; vcpus >>= 1, i++)
        {
            if ((vcpus & 1) != 0)
                Self.Wake(i);
        }
    }

    // An event of the console, or the deadline has come, or a device is stalled.
    private void TakeEvents(int vcpu, ulong events)
    {
        events |= _missed;
        _missed = 0;
        if ((events & (1UL << Manifest.PeerEvent)) != 0 || _state == GuestState.Ended)
            Devices.Interrupts.Touch(vcpu);
        Obey();
        if (_dmaFaults.IsTold(events))
            TellDmaFaults();
        Devices.Port.Flush();
        bool isOn = _state == GuestState.Running;
        if (isOn)
            Devices.Pump();
        Devices.Exchange(isOn);
    }
}
