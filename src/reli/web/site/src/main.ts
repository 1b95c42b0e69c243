import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { Engine, ranges, ranks, treeOf } from './lib/engine';
import * as raster from './lib/raster';
import * as data from './lib/data';
import { classify } from './lib/classes';
import * as profile from './lib/profile';

const target = document.getElementById('app')!;
target.replaceChildren();
mount(App, { target });

/** For checks against the Python package, and for whoever likes to compute in the console. */
Object.assign(window, { ReliLab: { Engine, ranges, ranks, treeOf, raster, data, classify, profile } });
