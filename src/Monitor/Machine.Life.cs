using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Monitor;

// The guest's life: how it starts, how it ends, and when it starts anew.
public partial struct Machine
{
    /// <summary>The guest starts anew once all its vCPUs have stopped.</summary>
    public void Restart() => End(GuestState.Restarting, GuestReport.Running);

    /// <summary>The guest is off for this reason (<see cref="GuestReport"/>) once all its vCPUs have stopped.</summary>
    public void End(ulong report) => End(GuestState.Ending, report);

    /// <summary>A vCPU did what can't be served: that is recorded, and the guest ends. Always false: the vCPU does not go on.</summary>
    public bool Crash(int vcpu, CrashCause cause, in Arrival fault)
    {
        _crash.Take(vcpu, cause, _starts, in fault, in Exits[vcpu], in _dmaFaults.Summary);
        ShowCrash();
        End(GuestReport.Crashed);
        return false;
    }

    /// <summary>The calling vCPU's guest vCPU is off.</summary>
    public void TurnOff(int vcpu)
    {
        Kernel.Stop(Slot(vcpu));
        Power.TurnOff(vcpu);
        Devices.Interrupts.Vcpus[vcpu].Forget();
    }

    private void End(GuestState state, ulong report)
    {
        if (_state == GuestState.Running)
            Turn(state, report);
    }

    private void Turn(GuestState state, ulong report)
    {
        _state = state;
        _report = report;
        Devices.Interrupts.TouchAll();
    }

    // What the console says overrides what the guest is about to do.
    private void Obey()
    {
        if (!Devices.Port.TryTakeCommand(out ulong command))
            return;
        bool isOff = _state == GuestState.Ended;
        switch (command)
        {
            case GuestCommand.Start or GuestCommand.Restart when isOff:
                _due = 0;
                Devices.Interrupts.Touch(0);
                break;
            case GuestCommand.Restart:
                Turn(GuestState.Restarting, GuestReport.Running);
                break;
            case GuestCommand.Stop when isOff:
                _due = Kernel.Never;
                Devices.Port.Report(GuestReport.Stopped);
                break;
            case GuestCommand.Stop:
                Turn(GuestState.Ending, GuestReport.Stopped);
                break;
            case GuestCommand.Show:
                ShowCrash();
                break;
        }
    }

    private void Apply(int vcpu)
    {
        if (_state is GuestState.Restarting or GuestState.Ending)
            Stop(vcpu);
        if (_state == GuestState.Ended && vcpu == 0 && Kernel.Counter >= _due)
            Begin();
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
        // What the one before told its devices is about memory that is no longer its own.
        _pci.Quiet();
        Guest.Load(in guest, in Devices.Memory, ref Devices.Generator);
        Devices.Reset(guest.VcpuCount);
        // What came for the one before.
        Devices.Exchange(isOn: false);
        Power.Reset(guest.VcpuCount);
        Power.Request(0, guest.Entry, guest.Context);
        _state = GuestState.Running;
        _dmaFaults.Begin();
        _starts++;
        _started = Kernel.Counter;
        Devices.Port.Report(GuestReport.Running);
        Devices.Interrupts.Touch(0);
    }

    private void Finish()
    {
        _state = GuestState.Ended;
        _due = Kernel.Never;
        Devices.IsStalled = false;
        Devices.Exchange(isOn: false);
        bool isAgain = Self.Manifest.Guest.Restart switch
        {
            RestartPolicy.Always => _report != GuestReport.Stopped,
            RestartPolicy.OnCrash => _report == GuestReport.Crashed,
            _ => false,
        };
        if (isAgain)
        {
            _due = _started + _pace;
            _report = GuestReport.Restarting;
            AnnounceStart();
            Devices.Interrupts.Touch(0);
        }

        Devices.Port.Report(_report);
    }

    private void AnnounceStart()
    {
        OpenConsole(out ConsoleWriter console);
        console.Write("*** "u8);
        console.Write(in Self.Manifest.Guest.Name);
        console.Write(" starts again, start "u8);
        console.WriteDecimal(_starts + 1);
        console.WriteLine(Kernel.Counter < _due ? ": one second after the last, since it ended so soon"u8 : ""u8);
        CloseConsole(ref console);
    }

    private void ShowCrash()
    {
        OpenConsole(out ConsoleWriter console);
        _crash.Write(ref console);
        CloseConsole(ref console);
    }

    private void TellDmaFaults()
    {
        while (_dmaFaults.TryTake())
        {
            OpenConsole(out ConsoleWriter console);
            _dmaFaults.Tell(ref console);
            CloseConsole(ref console);
        }
    }

    private void OpenConsole(out ConsoleWriter console)
    {
        Devices.Port.Flush();
        console = default;
        console.Open();
    }

    private void CloseConsole(ref ConsoleWriter console)
    {
        // The port's own count of what it wrote is now behind.
        OpenPort();
        // What arrived while the writer waited is looked at by vCPU 0, where events arrive; what others left for this vCPU, by all.
        ulong events = console.TakeEvents();
        if (events == 0)
            return;
        _missed |= events;
        Devices.Interrupts.TouchAll();
        Self.Wake(0);
    }
}
