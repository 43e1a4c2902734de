using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

/// <summary>Every call, with every kind of slot and boundary arguments, in every state of the vCPU that it is about.</summary>
public class CallTests
{
    private const ulong Monitor = 0, Service = 1, Guest = 2, Remote = 16;

    /// <summary>Capabilities of the caller by slot; the remote ones are those of CPU 1.</summary>
    private static readonly ulong[] _capabilities =
    [
        Capability.Pack(Capability.Vcpu, Guest, 0),
        Capability.Pack(Capability.Vcpu, Remote, 0),
        Capability.Pack(Capability.Event, Service, 7),
        Capability.Pack(Capability.Virtual, Guest, 45),
        Capability.Pack(Capability.Interrupt, 0, 40),
        Capability.Pack(Capability.Machine, 0, 0),
        Capability.Pack(Capability.Account, Service, 0),
        Capability.Pack(Capability.Account, Remote, 0),
        Capability.Pack(7, Guest, 0),
        Capability.None,
    ];

    private static readonly ulong[] _slots = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 32, 33, 63, 1UL << 32, 1UL << 63, ~0UL];

    private static readonly ulong[] _numbers = [.. Enumerable.Range(0, 17).Select(number => (ulong)number), 255, 0x1_0000, 1UL << 63];

    private static readonly ulong[] _arguments =
        [0, 1, 3, 4, 6, 7, 30, 31, 32, 33, 63, 64, 86, 87, 88, 128, 255, 256, 511, 512, 1UL << 32, 1UL << 63, ~0UL];

    private static readonly ulong[] _values = [0, 0x3c0, 0x3c5, 0x3c9, 256, ~0UL];

    [Theory]
    [InlineData(Lifecycle.Off)]
    [InlineData(Lifecycle.Ready)]
    [InlineData(Lifecycle.Waiting)]
    [InlineData(Lifecycle.Faulted)]
    public void ARefusedCallNamesItsErrorAndChangesNothing(ulong state)
    {
        Rig rig = Boot(state);
        Snapshot before = Snapshot.Of(rig, Monitor);
        int refused = 0;
        foreach ((ulong number, ulong slot, ulong argument, ulong value) in Combinations())
        {
            ulong expected = Expected(number, slot, argument, value, state);
            if (expected == Status.Ok)
                continue;
            string what = $"call {number:x}, slot {slot:x}, {argument:x}, {value:x}";
            ulong status = rig.Call(0, number, slot, argument, value, value);
            Assert.True(status == expected, $"{what}: {(long)status} for {(long)expected}");
            Assert.Equal([slot, argument, value], [State.Vcpu(Monitor).X[1], State.Vcpu(Monitor).X[2], State.Vcpu(Monitor).X[3]]);
            Assert.Equal(Monitor, rig.Running());
            if (refused++ % 16 == 0)
                before.AssertUnchanged(what);
        }
        before.AssertUnchanged("a refused call");
        Assert.True(refused > 10_000);
    }

    [Theory]
    [InlineData(Lifecycle.Off)]
    [InlineData(Lifecycle.Ready)]
    [InlineData(Lifecycle.Waiting)]
    [InlineData(Lifecycle.Faulted)]
    public void WhatTheInterfaceAllowsIsDone(ulong state)
    {
        foreach ((ulong number, ulong slot, ulong argument, ulong value) in Combinations().Where((_, i) => i % 7 == 0))
        {
            if (number == Call.Wait || Expected(number, slot, argument, value, state) != Status.Ok)
                continue;
            Rig rig = Boot(state);
            State.Vcpu(Monitor).Events = 1;     // so that Resume returns too
            rig.Call(0, number, slot, argument, value, value);
            Assert.Equal(Status.Ok, State.Vcpu(Monitor).X[0]);
        }
    }

    [Fact]
    public void AGuestsCallsAreRefusedToo()
    {
        Rig rig = Rigs.Family();
        Snapshot before = Snapshot.Of(rig, Rigs.Guest);
        foreach ((ulong number, ulong slot, ulong argument, ulong value) in Combinations())
        {
            if (number is Call.Discover or Call.Wait or >= Call.Count)
                continue;
            Assert.Equal(Status.BadSlot, rig.Call(0, number, slot, argument, value, value));
        }
        before.AssertUnchanged("a guest's call");
    }

    [Fact]
    public void DiscoverTellsWhoAsks()
    {
        Rig rig = Rigs.Family();
        Assert.Equal(Status.Ok, rig.Call(0, Call.Discover));
        Assert.Equal([Call.Version, 2, 0, Hardware.Frequency], Rigs.Registers(Rigs.Guest, 1, 4));
    }

    [Fact]
    public void TheGeneralQueriesNameTheHypervisor()
    {
        Rig rig = Rigs.Family();
        Assert.Equal(Call.Uid0, rig.Invoke(0, Call.Uid));
        Assert.Equal([Call.Uid1, Call.Uid2, Call.Uid3], Rigs.Registers(Rigs.Guest, 1, 3));
        Assert.Equal(Call.Version, rig.Invoke(0, Call.Revision));
        Assert.Equal([0UL], Rigs.Registers(Rigs.Guest, 1, 1));
    }

    [Fact]
    public void TheMachineGoesOffAndStartsAnewThroughFirmware()
    {
        Rig rig = Rigs.Unbooted().Boot();
        rig.Call(0, Call.Machine, Rigs.MachineSlot, MachineAction.Off);
        rig.Call(0, Call.Machine, Rigs.MachineSlot, MachineAction.Reset);
        Assert.Equal([0x8400_0008UL, 0x8400_0009UL], rig.Hardware.Firmware.Select(call => call.Function));
    }

    [Fact]
    public void ADeviceFiresAgainOnlyAfterAcknowledge()
    {
        Rig rig = Rigs.Family();
        rig.Hardware.SetLine(Rigs.DeviceInterrupt, true);
        rig.Settle();
        Assert.Equal(Rigs.Monitor, rig.Running());
        Assert.Equal(1UL << Rigs.DeviceBit, State.Vcpu(Rigs.Monitor).X[1]);
        Assert.Equal(0UL, State.Vcpu(Rigs.Monitor).Events);
        rig.Call(0, Call.Acknowledge, Rigs.Device);
        rig.Settle();
        Assert.Equal(1UL << Rigs.DeviceBit, State.Vcpu(Rigs.Monitor).Events);
    }

    [Fact]
    public void EveryRegisterIsWrittenAndReadBack()
    {
        Rig rig = Boot(Lifecycle.Faulted);
        ulong[] known = [.. Enumerable.Range(0, 32).Concat(Enumerable.Range(64, 23)).Select(number => (ulong)number)];
        foreach (ulong number in known)
            Assert.Equal(Status.Ok, rig.Call(0, Call.WriteRegister, 0, number, 0x1111_0000 + number));
        foreach (ulong number in known)
        {
            Assert.Equal(Status.Ok, rig.Call(0, Call.ReadRegister, 0, number));
            Assert.Equal(0x1111_0000 + number, State.Vcpu(Monitor).X[1]);
        }
        Assert.Equal(Status.Ok, rig.Call(0, Call.Resume, 0, 0));
        rig.Wait();
        Assert.Equal(Guest, rig.Running());
        foreach (ulong number in known.Where(number => number >= Register.System))
            Assert.Equal(0x1111_0000 + number, rig.Hardware.Cores[0].System[number - Register.System]);
    }

    [Fact]
    public void ReadRegisterSeesWhatTheGuestHasInItsRegisters()
    {
        Rig rig = Boot(Lifecycle.Ready);
        rig.Wait();
        for (ulong number = Register.System; number < Register.End; number++)
            rig.Hardware.Cores[0].System[number - Register.System] = 0x2222_0000 + number;
        rig.Abort(0, ExceptionClass.DataAbort, 7, 0, 0x900_0000);
        for (ulong number = Register.System; number < Register.End; number++)
        {
            Assert.Equal(Status.Ok, rig.Call(0, Call.ReadRegister, 0, number));
            Assert.Equal(0x2222_0000 + number, State.Vcpu(Monitor).X[1]);
        }
    }

    [Theory]
    [InlineData(0xf1c0_1fc5, Status.Ok)]
    [InlineData(0x3c4, Status.Ok)]
    [InlineData(0x3c0, Status.Ok)]
    [InlineData(0x3c9, Status.BadArgument)]
    [InlineData(0x3c8, Status.BadArgument)]
    [InlineData(0x3cd, Status.BadArgument)]
    [InlineData(0x3c1, Status.BadArgument)]
    [InlineData(0x3d0, Status.BadArgument)]
    [InlineData(0x1_0000_03c5, Status.BadArgument)]
    [InlineData(0x20_03c5, Status.BadArgument)]
    [InlineData(0x10_03c5, Status.BadArgument)]
    public void OnlyModesBelowTheKernelCanBeWritten(ulong pstate, ulong status)
    {
        Rig rig = Boot(Lifecycle.Faulted);
        Assert.Equal(status, rig.Call(0, Call.WriteRegister, 0, Register.Pstate, pstate));
    }

    [Fact]
    public void AServiceIsConfinedToEl0()
    {
        Rig rig = Rigs.Unbooted();
        rig.Grant(0, 6, Capability.Pack(Capability.Vcpu, Rigs.Service, 0));
        rig.KeepOff(Rigs.Service);
        rig.Boot();
        Assert.Equal(Status.BadArgument, rig.Call(0, Call.WriteRegister, 6, Register.Pstate, 0x3c5));
        Assert.Equal(Status.Ok, rig.Call(0, Call.WriteRegister, 6, Register.Pstate, 0x3c0));
    }

    private static IEnumerable<(ulong Number, ulong Slot, ulong Argument, ulong Value)> Combinations() =>
        from number in _numbers
        from slot in _slots
        from argument in _arguments
        from value in _values
        select (number, slot, argument, value);

    /// <summary>The interface's rules, in the order in which a call is checked.</summary>
    private static ulong Expected(ulong number, ulong slot, ulong argument, ulong value, ulong state)
    {
        ulong capability = slot < (ulong)_capabilities.Length ? _capabilities[slot] : Capability.None;
        ulong kind = Capability.Kind(capability);
        bool remote = Capability.Target(capability) == Remote;
        ulong controls = kind != Capability.Vcpu ? Status.BadSlot : remote ? Status.WrongCpu : Status.Ok;
        bool known = argument is <= 32 or (>= 64 and < 87);
        bool pstate = argument != Register.Pstate || value is 0 or 0x3c0 or 0x3c5 or 256;
        return number switch
        {
            Call.Discover or Call.Wait => Status.Ok,
            Call.Notify => kind is Capability.Event or Capability.Virtual ? Status.Ok : Status.BadSlot,
            Call.Acknowledge => kind == Capability.Interrupt ? Status.Ok : Status.BadSlot,
            Call.Machine => kind != Capability.Machine ? Status.BadSlot : argument > 1 ? Status.BadArgument : Status.Ok,
            Call.Account => kind is not (Capability.Account or Capability.Vcpu) ? Status.BadSlot
                : remote ? Status.WrongCpu
                : argument > 6 ? Status.BadArgument
                : Status.Ok,
            >= Call.Count => Status.NotSupported,
            _ when controls != Status.Ok => controls,
            Call.Resume => (argument & ~0x13fUL) != 0 ? Status.BadArgument : state != Lifecycle.Faulted ? Status.BadState : Status.Ok,
            Call.ReadRegister => !known ? Status.BadArgument : state == Lifecycle.Ready ? Status.BadState : Status.Ok,
            Call.WriteRegister => !known || !pstate ? Status.BadArgument
                : state is Lifecycle.Off or Lifecycle.Faulted ? Status.Ok
                : Status.BadState,
            Call.Start => state == Lifecycle.Off ? Status.Ok : Status.BadState,
            Call.Stop => Status.Ok,
            Call.WriteVirtual or Call.ReadVirtual => argument < 4 ? Status.Ok : Status.BadArgument,
            _ => argument < 64 && value < 256 ? Status.Ok : Status.BadArgument,
        };
    }

    private static Rig Boot(ulong state)
    {
        Rig rig = new(2);
        ulong monitor = rig.Add(PartitionFlags.Service, Monitor);
        rig.Add(PartitionFlags.Service, Service);
        rig.Add(0, Guest, Remote);
        rig.Serve(Monitor, Guest, 0);
        for (int slot = 0; slot < _capabilities.Length; slot++)
            rig.Grant(monitor, (ulong)slot, _capabilities[slot]);
        rig.Connect(60, Capability.Pack(Capability.Event, Monitor, 0));
        if (state == Lifecycle.Off)
            rig.KeepOff(Guest);
        rig.Boot();
        rig.Wait();
        rig.Wait();
        if (state == Lifecycle.Waiting)
            rig.WaitForInterrupt();
        if (state == Lifecycle.Faulted)
            rig.Abort(0, ExceptionClass.DataAbort, 7, 0, 0x900_0000);
        else
            rig.Hardware.SetLine(60, true);
        rig.Settle();
        Assert.Equal(Monitor, rig.Running());
        Assert.Equal(state, State.Vcpu(Guest).Lifecycle);
        return rig;
    }
}
