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

    /// <summary>Its vCPUs stop, then it is off, by its own will or because of a crash.</summary>
    Ending,

    /// <summary>It is off.</summary>
    Ended,
}

/// <summary>
/// All that the monitor's vCPUs share, under one lock. Monitor vCPU n serves guest vCPU n, on the same CPU, and only it makes calls
/// about that vCPU: what another one should do is left here for it, and it is woken.
/// </summary>
public struct Machine
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
    private GuestState _state;
    private ulong _report;
    private ulong _pause, _step;
    private uint _wakes;

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
        OpenPort();
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
        Leave();
        return resumes;
    }

    /// <summary>The guest starts anew once all its vCPUs have stopped.</summary>
    public void Restart() => End(GuestState.Restarting, GuestReport.Running);

    /// <summary>The guest is off for this reason (<see cref="GuestReport"/>) once all its vCPUs have stopped.</summary>
    public void End(ulong report) => End(GuestState.Ending, report);

    /// <summary>The calling vCPU's guest vCPU is off.</summary>
    public void TurnOff(int vcpu)
    {
        Kernel.Stop(Slot(vcpu));
        Power.TurnOff(vcpu);
        Devices.Interrupts.Vcpus[vcpu].Forget();
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
        if ((events & (1UL << Manifest.PeerEvent)) != 0)
            Devices.Interrupts.Touch(vcpu);
        Devices.Port.Flush();
        if (_state == GuestState.Running)
            Devices.Pump();
    }

    private void End(GuestState state, ulong report)
    {
        if (_state != GuestState.Running)
            return;
        _state = state;
        _report = report;
        Devices.Interrupts.TouchAll();
    }

    private void Apply(int vcpu)
    {
        if (_state is GuestState.Restarting or GuestState.Ending)
            Stop(vcpu);
        if (_state == GuestState.Running && Power.IsRequested(vcpu))
            Start(vcpu);
        ref VcpuInterrupts own = ref Devices.Interrupts.Vcpus[vcpu];
        if (Power.IsOn(vcpu))
            Devices.Interrupts.Apply(vcpu, Slot(vcpu));
        if (own.Answered == own.Asked)
            return;
        if (Power.IsOn(vcpu))
            Devices.Interrupts.Answer(vcpu, Slot(vcpu));
        else
            own.Forget();
    }

    private void Start(int vcpu)
    {
        Power.TurnOn(vcpu, out ulong entry, out ulong context);
        Kernel.Start(Slot(vcpu), entry, context);
        Devices.Interrupts.Restart(vcpu);
    }

    // Whoever stops last lets vCPU 0 finish.
    private void Stop(int vcpu)
    {
        TurnOff(vcpu);
        if (Power.IsAnyOn)
            return;
        if (vcpu != 0)
            Devices.Interrupts.Touch(0);
        else if (_state == GuestState.Restarting)
            Begin();
        else
            Finish();
    }

    private void Begin()
    {
        ref readonly GuestInfo guest = ref Self.Manifest.Guest;
        Guest.Load(in guest, in Devices.Memory, ref Devices.Generator);
        Devices.Reset(guest.VcpuCount);
        Power.Reset(guest.VcpuCount);
        Power.Request(0, guest.Entry, guest.Context);
        _state = GuestState.Running;
        Devices.Port.Report(GuestReport.Running);
        Devices.Interrupts.Touch(0);
    }

    private void Finish()
    {
        _state = GuestState.Ended;
        Devices.IsStalled = false;
        Devices.Port.Report(_report);
    }
}
