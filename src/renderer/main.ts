import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { createClient } from './client'
import { clientKey } from './client/use-client'
import './styles/tokens.css'
import './styles/base.css'

createApp(App).use(createPinia()).provide(clientKey, createClient()).mount('#app')
