using System.Runtime;
using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Partition;
using Redoubt.Probing;

namespace Redoubt.Sentinel;

/// <summary>The watch that one vCPU keeps: turn by turn it fills its registers, lets others run, and looks whether all is as it was.</summary>
internal unsafe struct Watch
{
    /// <summary>Turns kept so far, timer interrupts taken, and how late the latest was, in ticks.</summary>
    public ulong Turns, Interrupts, Latest;

    /// <summary>Ticks that it ran and that passed while it wanted to run all the time.</summary>
    public ulong Busy, Passed;

    private const ulong Kinds = 4, Numbers = 32, SpinRounds = 1_500_000, Period = 62_500;
    private const ulong TimerOn = 1, TimerOff = 0;
    private const ulong SweepSlice = 512, FirstOwnEncoding = 1 << 14;
    private const ulong MemoryWords = 0x8000, MemorySlice = 2048;
    private const ulong Priority = 0x80;

    private Holdings _holdings;
    private ProbeWords _words;
    private ulong _slot, _encoding, _word;

    [RuntimeImport("*", "hold_memory"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong* PatternMemory();

    [RuntimeImport("*", "hold_touch"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void Touch();

    /// <summary>Makes the timer's interrupt arrive at this vCPU.</summary>
    public void Begin(ulong vcpu)
    {
        _slot = Self.Manifest.Guest.VcpuSlot + vcpu;
        _encoding = FirstOwnEncoding;
        Kernel.SetPriority(_slot, GuestMap.TimerInterrupt, Priority);
        Kernel.WriteVirtual(_slot, VirtualField.Enabled, ~0UL, 1UL << (int)GuestMap.TimerInterrupt);
    }

    /// <summary>Fills the memory with its pattern, once.</summary>
    public static void FillMemory()
    {
        ulong* memory = PatternMemory();
        for (ulong i = 0; i < MemoryWords; i++)
            memory[i] = Tags.Word(Tags.Sentinel, i) ^ (i << 40);
    }

    /// <summary>One turn.</summary>
    public void Turn()
    {
        ulong number = Turns % Numbers;
        TouchBait(number);
        switch (Turns % Kinds)
        {
            case 0:
                TurnBusily(number);
                break;
            case 1:
                TurnToTimer(number);
                break;
            case 2:
                _holdings.Fill(number);
                _holdings.Pass(Holdings.Call, Call.Base + Call.Discover, 0);
                _holdings.Check(number, 5);
                break;
            default:
                _holdings.Fill(number);
                _holdings.Pass(Holdings.Call, Call.Base + Call.Wait, Kernel.Counter + Period);
                _holdings.Check(number, 5);
                break;
        }

        Probe.OpenInterrupts();
        Probe.Breathe();
        SweepRegisters();
        CheckMemory();
        Turns++;
    }

    /// <summary>The timer's interrupt: it fires once.</summary>
    public void TakeTimer()
    {
        Probe.SetTimerControl(TimerOff);
        Interrupts++;
    }

    // An address that only this partition knows goes through FAR_EL2.
    private void TouchBait(ulong number)
    {
        _words[0] = Tags.Bait + number * 8;
        if (Run((ulong)(delegate*<void>)&Touch) == 0)
            Disturbance.Compare(Disturbance.Reached, 0, 0, Tags.Bait);
    }

    private void TurnBusily(ulong number)
    {
        _holdings.Fill(number);
        Kernel.Account(_slot, AccountItem.Runtime, out ulong ran);
        ulong start = Kernel.Counter;
        _holdings.Pass(Holdings.Spin, SpinRounds, 0);
        Kernel.Account(_slot, AccountItem.Runtime, out ulong ranNow);
        Busy += ranNow - ran;
        Passed += Kernel.Counter - start;
        _holdings.Check(number, 1);
    }

    private void TurnToTimer(ulong number)
    {
        ulong due = Kernel.Counter + Period;
        Probe.SetTimer(due);
        Probe.SetTimerControl(TimerOn);
        do
        {
            _holdings.Fill(number);
            _holdings.Pass(Holdings.Wait, 0, 0);
            _holdings.Check(number, 0);
        }
        while (Kernel.Counter < due);
        Disturbance.Compare(Disturbance.Timer, 0, due, Probe.Timer());
        ulong late = Kernel.Counter - due;
        Latest = late > Latest ? late : Latest;
    }

    // No register shows what the hostile partition wrote to one.
    private void SweepRegisters()
    {
        for (ulong i = 0; i < SweepSlice; i++)
        {
            _words[0] = 0;
            Run(Sweep.Reader(_encoding));
            if (Tags.Bears(Tags.Hostile, _words[0]))
                Disturbance.Compare(Disturbance.Foreign, _encoding, 0, _words[0]);
            _encoding = _encoding + 1 < Sweep.Encodings ? _encoding + 1 : FirstOwnEncoding;
        }
    }

    private void CheckMemory()
    {
        ulong* memory = PatternMemory();
        for (ulong i = 0; i < MemorySlice; i++)
        {
            Disturbance.Compare(Disturbance.Memory, _word, Tags.Word(Tags.Sentinel, _word) ^ (_word << 40), memory[_word]);
            _word = (_word + 1) % MemoryWords;
        }
    }

    private ulong Run(ulong code) => Probe.Run(code, (ulong*)Unsafe.AsPointer(ref _words), false);
}
